"""The pages of one's own account, in words: what is owed, what there is, entries, choices, the year as a picture."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.language.catalogues import OURS, Language
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.selfservice.account import AccountSheet, EntryFacts, LinesSheet
from kiosk.selfservice.settings import ChoicesSheet
from kiosk.web.screen.words import account_words
from tests.web.screen.screens import Screen

TODAY = date(2026, 11, 25)
DAY = Names({"fr": "Journée", "en": "Day pass"})


@pytest.fixture
def screen() -> Screen:
    return Screen()


def said(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shown(screen: Screen, kind: CardKind, sheet: object, language: Language = "fr", name: str = "Inès") -> str:
    screen.board.show(Card(kind, name, ticket="t", acts=(Act.DONE,), sheet=sheet))
    return screen.card(language)


@pytest.mark.promise(6)
@pytest.mark.parametrize("cents", [1000, 0, -500])
def test_hidden_sums_tell_neither_how_much_nor_who_owes(screen: Screen, cents: int) -> None:
    html = shown(screen, CardKind.ACCOUNT, AccountSheet(balance_cents=cents, today=TODAY, hidden=True))
    assert html == shown(screen, CardKind.ACCOUNT, AccountSheet(balance_cents=1, today=TODAY, hidden=True))
    assert "Votre ardoise •••" in said(html)
    assert "€" not in html


@pytest.mark.parametrize(
    ("cents", "fr", "en"),
    [
        (1000, "Vous devez 10,00 €", "You owe €10.00"),
        (-4250, "Avance 42,50 €", "Paid in advance €42.50"),
        (0, "Rien à payer", "Nothing to pay"),
        (12345678, "Vous devez 123 456,78 €", "You owe €123,456.78"),
    ],
)
def test_a_balance_is_said_in_words_and_never_below_nothing(screen: Screen, cents: int, fr: str, en: str) -> None:
    sheet = AccountSheet(cents, TODAY)
    assert fr in said(shown(screen, CardKind.ACCOUNT, sheet))
    assert en in said(shown(screen, CardKind.ACCOUNT, sheet, "en"))
    assert "-" not in account_words.balance(sheet, "fr")[1]


def test_rights_are_said_with_their_ends(screen: Screen) -> None:
    sheet = AccountSheet(0, TODAY, date(2027, 5, 14), days_left=((1, date(2026, 12, 1)), (10, None)), came=(TODAY,))
    text = said(shown(screen, CardKind.ACCOUNT, sheet))
    assert "Adhésion jusqu’au 14 mai 2027 1 journée d’avance, jusqu’au 1er décembre 10 journées d’avance" in text
    assert "1 jour ici cette année" in text
    over = AccountSheet(0, TODAY, date(2025, 9, 30), came=(TODAY, TODAY - timedelta(days=1)))
    assert "Adhésion finie le 30 septembre 2025" in said(shown(screen, CardKind.ACCOUNT, over))
    assert "2 days here this year" in said(shown(screen, CardKind.ACCOUNT, over, "en"))
    assert "No membership yet" in said(shown(screen, CardKind.ACCOUNT, AccountSheet(0, TODAY), "en"))


def test_more_rights_than_there_is_room_for_are_added_up() -> None:
    many = tuple((each, date(2027, each, 1)) for each in range(1, 6))
    sheet = AccountSheet(0, TODAY, date(2027, 5, 14), days_left=many)
    assert account_words.rights(sheet, "fr")[1:] == [
        "1 journée d’avance, jusqu’au 1er\u00a0janvier 2027",
        "et 14 autres plus tard",
    ]
    plan = AccountSheet(0, TODAY, date(2027, 5, 14), Names({"fr": "Permanence", "en": "Permanent"}), None, many)
    assert account_words.rights(plan, "en")[1:] == ["Permanent", "15 days left"]


@pytest.mark.parametrize(
    ("told", "fr", "en"),
    [
        (EntryFacts(TODAY, "charge", 500, DAY), "25 nov. Journée 5,00 €", "25 Nov Day pass €5.00"),
        (EntryFacts(TODAY, "charge", 500), "25 nov. Montant compté 5,00 €", "25 Nov Amount charged €5.00"),
        (EntryFacts(TODAY, "use", 0, DAY), "25 nov. Journée, payée d’avance", "25 Nov Day pass, prepaid"),
        (EntryFacts(TODAY, "charge", 500, DAY, guest=True), "25 nov. Invité·e 5,00 €", "25 Nov Guest €5.00"),
        (EntryFacts(TODAY, "payment", -1000, method="cash"), "Payé en espèces − 10,00 €", "Paid in cash − €10.00"),
        (
            EntryFacts(TODAY, "refund", 100, method="transfer"),
            "Remboursé par virement 1,00 €",
            "Refunded by transfer €1.00",
        ),
        (
            EntryFacts(TODAY, "reversal", -500, DAY, taken_back="charge"),
            "Annulé : journée − 5,00 €",
            "Cancelled: day pass",
        ),
        (EntryFacts(TODAY, "charge", 500, DAY, for_member=7), "Journée (membre 0007)", "Day pass (member 0007)"),
        (EntryFacts(TODAY, "something-new", 0), "25 nov. Écriture", "25 Nov Entry"),
    ],
)
def test_an_entry_is_said_in_plain_words(screen: Screen, told: EntryFacts, fr: str, en: str) -> None:
    sheet = LinesSheet((told,), TODAY)
    assert fr in said(shown(screen, CardKind.OWN_LINES, sheet))
    assert en in said(shown(screen, CardKind.OWN_LINES, sheet, "en"))


def test_an_account_without_entries_says_so(screen: Screen) -> None:
    assert "Rien n’est encore écrit sur votre compte." in said(shown(screen, CardKind.OWN_LINES, LinesSheet((), TODAY)))


@pytest.mark.parametrize("language", OURS)
def test_names_are_shown_as_typed_and_their_choice_marked(screen: Screen, language: Language) -> None:
    bad = "<script>alert(1)</script>" + "🦊" * 100 + "\u202e"
    sheet = ChoicesSheet((bad, Text("aucun", "none")), chosen="name=none", saved=True)
    options = (Option(Act.SET, "name=full", bad), Option(Act.SET, "name=none", Text("Sans nom", "No name")))
    screen.board.show(Card(CardKind.OWN_NAME, bad, ticket="t", acts=(Act.DONE,), sheet=sheet, options=options))
    html = screen.card(language)
    assert "<script" not in html
    assert bad in unescape(html)
    assert re.findall(r'data-value="([^"]+)" aria-pressed="(\w+)"', html) == [
        ("name=full", "false"),
        ("name=none", "true"),
    ]
    assert account_words.SAVED.to(language) in unescape(html)


def test_a_year_is_shown_by_months_from_the_first_that_is_known_of() -> None:
    came = tuple(TODAY - timedelta(days=each) for each in range(30))
    months = account_words.months(AccountSheet(0, TODAY, came=came), "fr")
    assert [(each.name, each.count) for each in months] == [("oct.", 5), ("nov.", 25)]
    assert [each.came.count("M") for each in months] == [5, 25]
    assert [each.days.count("M") for each in months] == [26, 0]  # what is to come is no day without a visit
    assert account_words.months(AccountSheet(0, TODAY), "fr") == []


@pytest.mark.parametrize("number", [2023, 2024, 2026, 2027])  # months of four to six weeks
def test_every_day_has_a_square_of_its_own_and_stays_in_its_month(number: int) -> None:
    today = date(number, 12, 31)
    months = account_words.months(AccountSheet(0, today, came=(date(number, 1, 1), today)), "en")
    assert [each.name for each in months] == [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
    ]
    squares = [re.findall(r"M(\d+) (\d+)", each.days + each.came) for each in months]
    assert sum(map(len, squares)) == (today - date(number, 1, 1)).days + 1
    for month, places in zip(months, squares, strict=True):
        assert len(set(places)) == len(places)
        assert max(int(x) for x, _ in places) + account_words.SIDE <= month.width
        assert max(int(y) for _, y in places) + account_words.SIDE <= month.height


def test_a_member_s_own_size_is_on_the_face(screen: Screen) -> None:
    screen.board.show(Card(CardKind.GRANTED_PLAN, "Inès", aids=Aids.LARGER))
    assert re.search(r'class="face granted[^"]* larger', screen.card())
    screen.board.show(Card(CardKind.GRANTED_PLAN, "Inès"))
    assert "larger" not in screen.card()


def test_nothing_of_an_account_is_left_once_it_is_closed(screen: Screen) -> None:
    shown(screen, CardKind.ACCOUNT, AccountSheet(987654, TODAY))
    screen.clock.pass_by(21)
    for html in (screen.card(), screen.get("/").text):
        assert "9 876" not in said(html)
        assert "Inès" not in html
    answer = screen.get("/card?since=-1&lang=fr")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_who_wants_no_name_is_still_spoken_to(screen: Screen) -> None:
    screen.board.show(Card(CardKind.MORE, "", ticket="t", acts=(Act.GUEST,)))
    assert re.search(r"<h1>Que voulez-vous", unescape(screen.card()))
    screen.board.show(Card(CardKind.GRANTED_DAY, ""))
    assert said(screen.card()).startswith("Bonjour La porte est ouverte.")


def test_every_text_has_both_languages_and_typographic_apostrophes() -> None:
    texts = [value for value in vars(account_words).values() if isinstance(value, Text)]
    texts += [*account_words.METHODS.values(), *account_words.KINDS.values()]
    assert len(texts) > 30
    for text in texts:
        assert text.fr and text.en
        assert "'" not in text.fr + text.en
        assert set(re.findall(r"{\w+}", text.fr)) == set(re.findall(r"{\w+}", text.en))


def test_what_is_in_the_box_is_said_at_once_and_nobody_owes_it_who_has_just_put_it_in() -> None:
    today = date(2026, 11, 25)
    told = AccountSheet(balance_cents=1000, today=today, declared_cents=5000)
    assert account_words.balance(told, "fr")[0] == "Avance"
    assert account_words.declared(told, "fr") == "50,00\u00a0€ à compter"
    assert account_words.declared(told, "en").endswith("to be counted")
    assert account_words.balance(replace(told, declared_cents=1000), "fr") == ("Rien à payer", "")
    assert account_words.balance(replace(told, declared_cents=400), "fr")[0] == "Vous devez"
    assert account_words.declared(replace(told, declared_cents=0), "fr") == ""
