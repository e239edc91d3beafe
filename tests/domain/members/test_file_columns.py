"""A members' file: its letters, its columns, its cells; whom each line is about."""

from datetime import date

import pytest

from kiosk.domain import spreadsheet
from kiosk.domain.checkin import badges
from kiosk.domain.members import file_columns, matching
from kiosk.domain.members.file_columns import Field, PersonFields
from kiosk.domain.members.matching import Known, Outcome, Owned, Person, Proposal
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import Line, Table
from kiosk.language.names import Names

TODAY = date(2026, 11, 25)
PLANS = file_columns.called(
    {"itinerant": Names({"fr": "Itinérant", "en": "Itinerant"}), "permanent": Names({"fr": "Permanent"})}
)
UID = "04A2000000E511"


def person(number: int, name: str, email: str | None = None, **more: object) -> Person:
    values: dict[str, object] = {
        "shown": name.split(maxsplit=1)[0],
        "phone": None,
        "plan": "itinerant",
        "language": None,
        "joined": date(2026, 1, 5),
        "left": None,
        "membership_until": date(2027, 1, 4),
        **more,
    }
    return Person(number=number, name=name, email=email, **values)  # type: ignore[arg-type]  # a test's shorthand


INES = person(1, "Inès Moreau", "ines@exemple.fr", phone="06 12 34 56 78")
KARIM = person(2, "Karim Haddad", None)
PAUL = person(3, "Paul Martin", "paul@exemple.fr", left=date(2026, 6, 30))


def propose(
    text: str,
    *people: Person,
    badges_of: dict[bytes, Owned] | None = None,
    chosen: dict[int, int | None] | None = None,
) -> Proposal:
    table = spreadsheet.read(text.encode())
    known = Known(
        people or (INES, KARIM, PAUL),
        {9: 2},
        badges_of or {},
        PLANS,
        TODAY,
        "itinerant",
        lambda read: read.fingerprint(b"k" * 32),
        chosen or {},
    )
    return matching.propose(table, file_columns.guess(table), known)


def only(text: str, *people: Person) -> matching.Row:
    (row,) = propose(text, *people).rows
    return row


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_file_is_read_whatever_spreadsheet_saved_it(letters: str, separator: str, ending: str) -> None:
    text = ending.join([f"Nom{separator}Téléphone", f"Inès Moreau{separator}06 12", "", f"Zoé{separator}"]) + ending
    table = spreadsheet.read(text.encode(letters))
    assert table == Table(("Nom", "Téléphone"), (Line(2, ("Inès Moreau", "06 12")), Line(4, ("Zoé", ""))), separator)


def test_line_numbers_are_the_file_s_own_even_after_a_cell_of_two_lines() -> None:
    table = spreadsheet.read(b'sep=;\nnom;formule\n"In\xc3\xa8s\nMoreau";x\nZo\xc3\xa9;y\n')
    assert [(line.number, line.cells[1]) for line in table.lines] == [(3, "x"), (5, "y")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import-empty"),
        (b"\n \n", "import-empty"),
        (b"x" * 1_500_001, "import-size"),
        (b"nom\n" + b"a\n" * 10_001, "import-lines"),
        (b";" * 60 + b"\n", "import-empty"),
        (b";".join([b"a"] * 61), "import-columns"),
        (b"PK\x03\x04\0\0", "import-letters"),
        (b"nom\n\xb2\xb1\xb2", "import-letters"),
        (b'nom\n"In', "import-quotes"),
        (b'nom\n"In"es', "import-quotes"),
    ],
)
def test_what_is_no_such_file_is_refused_whole(data: bytes, code: str) -> None:
    with pytest.raises(Problem) as raised:
        spreadsheet.read(data)
    assert raised.value.code == code


def test_a_guard_against_formulas_is_taken_off_again() -> None:
    assert spreadsheet.read(b"nom;tel\nA;'+33 6 12\n'tis;x").lines[0].cells == ("A", "+33 6 12")
    assert spreadsheet.read(b"nom;tel\n'tis;x").lines[0].cells[0] == "'tis"


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("N°;Nom;Prénom;E-mail", ["number", "last-name", "first-name", "email"]),
        ("Nom;Courriel;Tél.;Formule", ["name", "email", "phone", "plan"]),
        ("Name,Email,Phone,Member until", ["name", "email", "phone", "membership-until"]),
        ("member,name,shown,email,phone,plan,language,joined,left,membership_until", [
            "number", "name", "shown", "email", "phone", "plan", "language", "joined", "left", "membership-until",
        ]),
        ("Nom;Fin d’adhésion;Badge;Remarques", ["name", "membership-until", "badge", None]),
        ("Nom;Adhésion jusqu'au;Nom", ["name", "membership-until", None]),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_headers(header: str, fields: list[str | None]) -> None:
    assert list(file_columns.guess(spreadsheet.read(header.encode()))) == fields


def test_a_column_of_members_is_numbers_or_names() -> None:
    assert file_columns.guess(spreadsheet.read(b"membre;tel\n12;x"))[0] is Field.NUMBER
    assert file_columns.guess(spreadsheet.read(b"membre;tel\nZo;x"))[0] is Field.NAME


def test_two_columns_of_one_field_and_a_file_without_people_are_refused() -> None:
    for columns, code in (((Field.NAME, Field.NAME), "import-twice"), ((Field.PHONE, None), "import-who")):
        with pytest.raises(Problem) as raised:
            file_columns.check(columns)
        assert raised.value.code == code


@pytest.mark.parametrize(
    ("field", "cell", "read"),
    [
        (Field.JOINED, "2026-03-01", date(2026, 3, 1)),
        (Field.JOINED, "1/3/2026", date(2026, 3, 1)),
        (Field.JOINED, "01.03.26", date(2026, 3, 1)),
        (Field.JOINED, "01/03/98", date(1998, 3, 1)),
        (Field.JOINED, "12/31/2026", None),
        (Field.JOINED, "31/02/2026", None),
        (Field.JOINED, "hier", None),
        (Field.PHONE, "612345678", "0612345678"),
        (Field.PHONE, "+33 6 12 34 56 78", "+33 6 12 34 56 78"),
        (Field.PHONE, "6,12E+08", None),
        (Field.EMAIL, "ines@exemple", None),
        (Field.PLAN, "Itinérante", "itinerant"),
        (Field.PLAN, "PERMANENT·E", "permanent"),
        (Field.PLAN, "permanent(e)", "permanent"),
        (Field.PLAN, "château", None),
        (Field.LANGUAGE, "Français", "fr"),
        (Field.LANGUAGE, "de", None),
        (Field.NUMBER, "0012", 12),
        (Field.NUMBER, "0", None),
        (Field.NUMBER, "-1", None),
        (Field.NUMBER, "12.5", None),
        (Field.BADGE, UID, badges.parse(UID)),
        (Field.BADGE, "08112233", None),
        (Field.BADGE, "4,2E+13", None),
        (Field.NAME, "a" * 101, None),
        (Field.SHOWN, "a\x07b", None),
        (Field.NAME, "x" * 501, None),
    ],
)
def test_cells_are_read_as_people_write_them_and_never_guessed(field: Field, cell: str, read: object) -> None:
    if read is None:
        with pytest.raises(Problem) as raised:
            file_columns.given(Line(2, (cell,)), (field,), PLANS)
        assert raised.value.code == f"cell-{field}"
    else:
        found = file_columns.given(Line(2, (cell,)), (field,), PLANS)
        assert getattr(found, field.value.replace("-", "_")) == read


def test_first_and_last_name_make_a_name_and_a_short_line_says_nothing_of_the_rest() -> None:
    columns = (Field.LAST_NAME, Field.FIRST_NAME, Field.PHONE)
    assert file_columns.given(Line(2, ("Moreau", "Inès")), columns, PLANS) == PersonFields(name="Inès Moreau")
    with pytest.raises(Problem, match="4"):
        file_columns.given(Line(2, ("Moreau", "Inès", "", "x")), columns, PLANS)


def test_a_file_that_says_what_is_known_changes_nothing() -> None:
    row = only(
        "n°;nom;email;tel;formule;arrivée;adhésion jusqu'au\n"
        "1;Inès Moreau;INES@exemple.fr;0612345678;Itinérant;05/01/2026;04/01/2027"
    )
    assert (row.outcome, row.changes) == (Outcome.SAME, ())


def test_what_differs_is_shown_before_and_after() -> None:
    row = only("number,name,plan\n1,Inès Moreau-Petit,permanent")
    assert row.outcome is Outcome.CHANGED
    assert [(c.field, c.old, c.new) for c in row.changes] == [
        ("name", "Inès Moreau", "Inès Moreau-Petit"),
        ("plan", "itinerant", "permanent"),
    ]


def test_an_empty_cell_leaves_what_is_known() -> None:
    assert only("number,email,phone\n1,,").outcome is Outcome.SAME


def test_somebody_new_gets_a_plan_a_day_and_a_shown_name() -> None:
    row = only("nom;email\nZoé Petit;zoe@exemple.fr")
    assert row.outcome is Outcome.NEW
    assert {c.field: c.new for c in row.changes} == {
        "name": "Zoé Petit",
        "shown": "Zoé",
        "email": "zoe@exemple.fr",
        "plan": "itinerant",
        "joined": TODAY,
    }


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("1;;", 1),
        ("9;;", 2),  # merged into 2
        (";INES MOREAU;", 1),
        (";;Ines@Exemple.fr", 1),
        (";Ines Moreau;ines@exemple.fr", 1),
        (";Moreau Inès;ines@exemple.fr", 1),
        (";Inès Moreau Petit;ines@exemple.fr", 1),
        (";Karim Haddad;karim@exemple.fr", 2),
    ],
)
def test_a_member_is_found_by_number_address_or_name(line: str, number: int) -> None:
    row = only(f"numero;nom;email\n{line}")
    assert row.person is not None
    assert row.person.number == number


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("77;;", "number-unknown"),
        (";;neuf@exemple.fr", "name-missing"),
        (";Marie Moreau;ines@exemple.fr", "email-of-another"),
        (";Inès Moreau;autre@exemple.fr", "name-of-another"),
        (";Zoé Petit;zoe@exemple", "cell-email"),
    ],
)
def test_what_could_be_somebody_else_is_refused(line: str, reason: str) -> None:
    row = only(f"numero;nom;email\n{line}")
    assert (row.outcome, row.reason) == (Outcome.REFUSED, reason)


def test_names_that_several_bear_want_a_number() -> None:
    twins = (person(1, "Jean Martin", "a@exemple.fr"), person(2, "Jean Martin", "b@exemple.fr"))
    assert only("nom\nJean Martin", *twins).reason == "name-of-several"
    found = only("nom;email\nJean Martin;b@exemple.fr", *twins)
    assert found.person == twins[1]


def test_somebody_may_say_of_homonyms_who_is_who() -> None:
    twins = (person(1, "Jean Martin", "a@exemple.fr"), person(2, "Jean Martin", "b@exemple.fr"))
    text = "nom;telephone\nJean Martin;0611111111\nJean Martin;0622222222\nJean Martin;0633333333"
    asked = propose(text, *twins).rows
    assert [row.reason for row in asked] == ["name-of-several"] * 3
    assert asked[0].alike == twins
    said = propose(text, *twins, chosen={2: None, 3: None, 4: 2}).rows
    assert [(row.outcome, row.person) for row in said] == [
        (Outcome.NEW, None),
        (Outcome.NEW, None),
        (Outcome.CHANGED, twins[1]),
    ]
    (wrong,) = propose("nom\nJean Martin", *twins, chosen={2: 77}).rows
    assert wrong.reason == "number-unknown"
    (unnamed,) = propose("nom;email\n;neuf@exemple.fr", *twins, chosen={2: None}).rows
    assert unnamed.reason == "name-missing"


def test_two_lines_are_two_people_or_one_of_them_is_refused() -> None:
    rows = propose("nom;email\nJean Martin;a@exemple.fr\nJean Martin;b@exemple.fr").rows
    assert [row.outcome for row in rows] == [Outcome.NEW, Outcome.NEW]
    rows = propose("nom;email\nJean Martin;\nJean Martin;b@exemple.fr").rows
    assert [row.reason for row in rows] == ["name-twice", ""]
    rows = propose("numero;nom\n1;Inès Moreau\n;Inès Moreau").rows
    assert [row.reason for row in rows] == ["", "name-of-several"]
    rows = propose("numero\n1\n1").rows
    assert [(row.reason, row.value) for row in rows] == [("", ""), ("line-twice", "2")]
    rows = propose("nom;email\nZoé Petit;z@exemple.fr\nZoe petit;Z@exemple.fr").rows
    assert [row.reason for row in rows] == ["", "line-twice"]


@pytest.mark.parametrize(
    ("header", "line", "reason"),
    [
        ("numero;adhesion jusqu au", "1;03/01/2027", "membership-shorter"),
        ("numero;adhesion jusqu au", "1;03/01/2206", "membership-far"),
        ("numero;adhesion jusqu au", "1;03/01/2006", "membership-before"),
        ("numero;formule", "3;permanent", "member-left"),
        ("numero;depart", "1;01/11/2026", "left-here"),
        ("nom;depart", "Zoé Petit;01/11/2026", "left-already"),
        ("nom;arrivee", "Zoé Petit;01/12/2026", "joined-later"),
        ("numero;arrivee", "1;01/12/2026", "joined-later"),
    ],
)
def test_what_an_import_does_not_do_is_refused_with_its_reason(header: str, line: str, reason: str) -> None:
    assert only(f"{header}\n{line}").reason == reason


def test_a_badge_is_given_kept_or_refused() -> None:
    print_ = badges.parse(UID).fingerprint(b"k" * 32)
    text = f"numero;badge\n1;{UID}"
    assert propose(text).rows[0].changes[0].new == "…E511"
    for owned, outcome, reason in (
        (Owned(1, False), Outcome.SAME, ""),
        (Owned(1, True), Outcome.REFUSED, "badge-lost"),
        (Owned(2, False), Outcome.REFUSED, "badge-given"),
    ):
        (row,) = propose(text, badges_of={print_: owned}).rows
        assert (row.outcome, row.reason) == (outcome, reason)
    rows = propose(f"{text}\n2;{UID}").rows
    assert rows[1].reason == "line-twice"
    assert only(f"numero;badge\n3;{UID}").reason == "member-left"


def test_what_was_shown_has_a_digest_that_follows_every_change() -> None:
    shown = propose("numero;tel\n1;0612345678")
    assert shown.digest == propose("numero;tel\n1;06 12 34 56 78").digest
    assert shown.digest != propose("numero;tel\n1;06 12 34 56 79").digest
    assert shown.digest != propose("numero;tel\n1;0612345678", person(1, "Inès", phone="1")).digest
