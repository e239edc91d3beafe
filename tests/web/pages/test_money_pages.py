"""A transfer as a telephone shows it, its QR read back; a line said to be wrong, to the desk and its answer back."""

import re

import pytest

from kiosk.domain.duties import Kind
from kiosk.domain.money import references
from kiosk.money.corrections import Corrections
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Refused, View
from tests.browser import camera
from tests.duties.house import House as Duties
from tests.selfservice.self_service import is_well

from .conftest import INES, House

IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"
ASSOCIATION = f'{{"name": "L’Écoute & Cie", "iban": "{IBAN}", "bic": "{BIC}"}}'
BORDER = 4


def decoded(svg: str) -> list[str]:
    """The lines that a bank's application reads from the drawing of a QR."""
    box = re.search(r'viewBox="0 0 (\d+) \d+"', svg)
    assert box is not None
    size = int(box[1]) - 2 * BORDER
    dark = [[False] * size for _ in range(size)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg.rpartition('d="')[2]):
        for place in range(int(run)):
            dark[int(y) - BORDER][int(x) - BORDER + place] = True
    return camera.text_of(dark).split("\n")


def transfer(house: House, bearer: str) -> tuple[list[str], dict[str, str]]:
    """What the QR of the page says, and what stands beside it."""
    view = house.look(bearer, "transfer")
    kinds = {block.kind: block for block in view.blocks}
    return decoded(kinds["qr"].rows[0][0]), {name: text for name, text in kinds["pairs"].rows}


@pytest.fixture
def lived(house: House) -> House:
    """A house with a bank account, where Inès came today and owes fee and day."""
    house.space.rule("association", ASSOCIATION)
    house.space.tap(INES)
    return house


def reference_of(house: House, number: int) -> str:
    with house.space.home.store.reading() as connection:
        return references.of_account(members.by_number(connection, number).account)


@pytest.mark.parametrize("paid", [0, 1, 999])
def test_the_qr_says_to_a_bank_what_stands_beside_it(lived: House, paid: int) -> None:
    if paid:
        lived.space.till.pay(lived.ines, paid, "cash")
    cents = lived.space.owes(lived.ines)
    assert cents == 1000 - paid
    read, beside = transfer(lived, lived.bearer(lived.ines))
    own = reference_of(lived, lived.ines)
    assert read == [
        *("BCD", "002", "1", "SCT", BIC, "L'Ecoute Cie", IBAN),
        f"EUR{cents // 100}.{cents % 100:02}",
        *("", "", own),
    ]
    assert beside["IBAN"].replace(" ", "") == IBAN
    assert beside["IBAN"].startswith("FR76 3000 6000")
    assert re.sub(r"\s", "", "".join(beside.values())).count(own) == 1, "the reference, in groups"
    assert f"{cents // 100},{cents % 100:02}" in "".join(beside.values())


def test_each_member_has_a_reference_of_their_own_and_nobody_s_name_is_in_the_code(lived: House) -> None:
    lived.space.tap("04A1B2C3D4E501")
    mine, theirs = (transfer(lived, lived.bearer(each))[0] for each in (lived.ines, lived.karim))
    assert mine[10] != theirs[10]
    assert not [line for line in (*mine, *theirs) if re.search("Moreau|Haddad", line)]


def test_the_page_itself_has_the_drawing_and_the_iban_in_each_language(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    for language in ("fr", "en", "nl"):
        lived.space.sql_write(f"UPDATE member SET language = '{language}'")
        page = lived.telephone(bearer).get("/m/transfer")
        assert decoded(page.text[page.text.index("<svg") : page.text.index("</svg>")])[6] == IBAN
        assert "FR76 3000 6000 0112 3456 7890 189" in page.text


def test_without_an_iban_or_with_one_that_no_bank_has_there_is_no_code(house: House) -> None:
    house.space.tap(INES)
    bearer = house.bearer(house.ines)
    for day, identity in (("2020-01-01", '{"name": "La Coroutine"}'), ("2020-01-02", '{"name": "X", "iban": "FR00"}')):
        house.space.rule("association", identity, day)
        view = house.look(bearer, "transfer")
        assert "qr" not in [block.kind for block in view.blocks]
        assert "FR00" not in repr(view)

        assert "transfer" not in [each.act for each in view.menu], "no way that leads nowhere"
        assert (view.title, view.choices) == ("Payer par virement", []), "a report of a mistake is no way to pay"
        assert "n’a pas encore d’IBAN" in repr(view.blocks)


def test_who_owes_nothing_is_not_led_to_the_transfer(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    assert "transfer" in [each.act for each in lived.look(bearer, "account").menu]
    lived.space.till.pay(lived.ines, 1000, "cash")
    assert "transfer" not in [each.act for each in lived.look(bearer, "account").menu]
    view = lived.look(bearer, "transfer")
    assert (view.title, view.choices) == ("Payer par virement", [])
    assert "rien à payer" in repr(view.blocks)


# --- a line that is said to be wrong


def report(house: House, bearer: str) -> View:
    """The last line is wrong."""
    view = house.look(bearer, "wrong")
    line = next(each for each in view.choices if each.act == "wrong-line")
    done = house.ask(speech.Do(bearer=bearer, act=line.act, value=line.value, flow=view.flow))
    assert isinstance(done, View)
    return done


def answers(view: View) -> list[list[str]]:
    """What the page says of the reports."""
    return [row for block in view.blocks if block.kind == "pairs" for row in block.rows]


def desk(house: House) -> Corrections:
    home = house.space.home
    parts = {"store": home.store, "rules": Rules(home.config.zone), "seal": home.seal, "clock": house.space.clock}
    return Corrections(**parts, actor="officer:1")  # type: ignore[arg-type]


def duty(house: House) -> int:
    return Duties(house.space, None).of(Kind.CORRECTIONS).count  # type: ignore[arg-type]  # nothing is drawn


@pytest.mark.parametrize("is_right", [True, False])
def test_a_wrong_line_is_a_duty_of_the_desk_and_its_answer_is_on_the_telephone(lived: House, is_right: bool) -> None:
    bearer = lived.bearer(lived.ines)
    assert (duty(lived), answers(lived.look(bearer, "wrong"))) == (0, [])
    done = report(lived, bearer)
    report(lived, bearer)  # sent again, it is one
    assert duty(lived) == 1
    ((kind, entry, made_for),) = lived.space.sql("SELECT kind, entry_number, member_id FROM correction")
    assert (kind, made_for) == ("error", 1)
    said = "Ligne du 25 novembre 2026 : 5,00 €"
    assert [[what.replace("\xa0", " ").replace("\u202f", " "), how] for what, how in answers(done)] == [
        [said, "Le bureau doit encore décider."]
    ]
    assert lived.space.owes(lived.ines) == 1000, "a report changes nothing by itself"
    lived.space.clock.advance(days=1)
    decide = desk(lived).accept if is_right else desk(lived).refuse
    decide(1)
    assert duty(lived) == 0
    ((_, how),) = answers(lived.look(bearer, "wrong"))
    assert how.startswith("Accepté le 26 novembre" if is_right else "Refusé le 26 novembre")
    assert lived.space.owes(lived.ines) == (500 if is_right else 1000)
    reversed_by = lived.space.sql(f"SELECT number FROM entry WHERE reverses = {entry}")
    assert bool(reversed_by) is is_right
    is_well(lived.space)


def test_a_line_of_another_member_cannot_be_reported_and_their_answers_are_not_mine(lived: House) -> None:
    lived.space.tap("04A1B2C3D4E501")
    mine, theirs = lived.bearer(lived.ines), lived.bearer(lived.karim)
    report(lived, theirs)
    assert answers(lived.look(mine, "wrong")) == []
    flow = lived.look(mine, "wrong").flow
    ((entry,),) = lived.space.sql("SELECT max(number) FROM entry WHERE member_number = 2")
    done = lived.ask(speech.Do(bearer=mine, act="wrong-line", value=str(entry), flow=flow))
    assert isinstance(done, View | Refused)
    assert lived.space.sql("SELECT count(*) FROM correction WHERE member_id = 1") == [(0,)]


def test_a_forgotten_day_is_answered_there_too(lived: House) -> None:
    lived.space.sql_write("UPDATE member SET joined_on = '2026-01-01'")
    bearer = lived.bearer(lived.ines)
    view = lived.look(bearer, "forgotten")
    day = next(each for each in view.choices if each.act == "forgot")
    lived.ask(speech.Do(bearer=bearer, act=day.act, value=day.value, flow=view.flow))
    ((what, how),) = answers(lived.look(bearer, "forgotten"))
    assert what.startswith("Journée oubliée : 24 novembre") or what.startswith("Journée oubliée\xa0: 24 novembre")
    assert how == "Le bureau doit encore décider."
