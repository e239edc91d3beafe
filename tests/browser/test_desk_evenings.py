"""Evenings at the desk in a real browser: the treasurer, the secretary, the president, the host; with KIOSK_PICTURES=1
the guides' pictures are made on the way.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kiosk.badges import door_writing, proof_keys
from kiosk.devices import aes
from kiosk.domain.badges.ev2 import FACTORY_KEY
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.domain.money import references
from kiosk.setup.demo import DEMO_PASSWORD, PEOPLE
from tests.books.test_bank_statements import import_, line
from tests.conftest import Space
from tests.devices.ntag424_emulator import Ntag424
from tests.exports import libreoffice
from tests.fakes import FakeReader, FakeTag

from .axe import check_axe
from .desk import EVERY_ROLE, HUGO, INES, RealDesk, laptop, running, sign_in

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LIST = """Nom;Prénom;Courriel;Formule;Adhésion jusqu'au;Téléphone
Martin;Élodie;elodie@exemple.fr;Itinérant;31/08/2027;06 12 34 56 78
Nguyen;Minh;minh@exemple.fr;Permanent;31/08/2027;
Moreau;Inès;ines@exemple.fr;;30/09/2027;
""".encode("cp1252")
WRONG = LIST + "Durand;Paul;paul@;;;\n".encode("cp1252")
PAYMENTS = "SELECT count(*) FROM entry WHERE kind = 'payment'"
SignIn = Callable[[str], Page]


@pytest.fixture
def desk(lived: Path, tmp_path: Path) -> Iterator[RealDesk]:
    with running(lived, tmp_path / "home") as desk:
        yield desk


@pytest.fixture
def opened(unlived: Path, tmp_path: Path) -> Iterator[RealDesk]:
    """A desk of a space that opens today."""
    with running(unlived, tmp_path / "home") as desk:
        yield desk


@pytest.fixture
def officer(chromium: Browser, desk: RealDesk) -> Iterator[SignIn]:
    """Signs somebody in, each with a browser of their own, in French."""
    with ExitStack() as stack:

        def make(who: str) -> Page:
            page = stack.enter_context(laptop(chromium, desk)).new_page()
            sign_in(page, desk, who)
            return page

        yield make


def picture(page: Page, name: str, part: str = "") -> None:
    """What the guides show, or one part of it. A run of the tests changes no file unless it is asked to."""
    if not os.environ.get("KIOSK_PICTURES"):
        return
    path = PICTURES / f"desk-{name}.png"
    page.mouse.move(0, 0)
    page.evaluate("document.fonts.ready")
    if part:
        page.locator(part).screenshot(path=path, animations="disabled", caret="hide")
    else:
        page.screenshot(path=path, animations="disabled", caret="hide")
    smaller = ["convert", str(path), "-strip", "+dither", "-colors", "128", f"PNG8:{path}"]
    subprocess.run(smaller, check=True, capture_output=True)  # ImageMagick's


def telephone_picture(page: Page, name: str, addresses: list[str]) -> None:
    """Some pages side by side, as a telephone shows them."""
    if not os.environ.get("KIOSK_PICTURES"):
        return
    path, before = PICTURES / f"desk-{name}.png", page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    each = [path.with_suffix(f".{number}.png") for number in range(len(addresses))]
    for part, address in zip(each, addresses, strict=True):
        page.goto(address)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=part, animations="disabled", caret="hide")
    beside = ["montage", *map(str, each), "-tile", "x1", "-geometry", "+10+0", "-background", "#d9cdb8"]
    subprocess.run([*beside, "-strip", "+dither", "-colors", "128", f"PNG8:{path}"], check=True, capture_output=True)
    for part in each:
        part.unlink()
    if before is not None:
        page.set_viewport_size(before)


def areas(page: Page) -> Locator:
    """The areas and the entries of the one that is open."""
    return page.get_by_role("navigation", name="Rubriques", exact=True)


def find(page: Page, desk: RealDesk, name: str) -> None:
    """The money page's search, as it is typed, to the form of a payment."""
    page.goto(f"{desk.address}/money")
    page.locator("#payer").fill(name)
    page.locator("#payers").get_by_role("link", name=f"Encaisser {name}").click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def tab_to(page: Page, name: str) -> None:
    """Go on with the keyboard until what is focused has this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => { const e = document.activeElement;"
            " return e.labels?.[0]?.innerText || (e.matches('a, button, summary') && e.innerText) || '' }"
        )
        if name in " ".join(said.split()):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"{name!r} is not reached")


def pay_by_cheque(page: Page) -> None:
    page.get_by_text("Chèque…").click()
    page.get_by_label("Banque", exact=True).fill("Crédit du Nord")
    page.get_by_label("Numéro du chèque").fill("0001234")
    page.get_by_role("button", name="Encaisser ce chèque").click()


def exported(page: Page, desk: RealDesk, folder: Path) -> Path:
    """This month's payments as a workbook, by the buttons."""
    page.goto(f"{desk.address}/exports")
    page.get_by_role("list", name="Quelles données ?").get_by_role("link", name="Paiements", exact=True).click()
    page.wait_for_url("**/exports?what=payments**")
    page.get_by_role("link", name="Ce mois", exact=True).click()
    page.wait_for_url("**period=month**")
    picture(page, "export", "main section.card")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Classeur (XLSX)").click()
    file = folder / waited.value.suggested_filename
    waited.value.save_as(file)
    return file


def test_the_treasurer_takes_ten_payments_reverses_one_and_exports_the_month(
    desk: RealDesk, officer: SignIn, tmp_path: Path
) -> None:
    page = officer("treasurer")
    owing = desk.sql(
        "SELECT m.name, a.balance_cents FROM account a JOIN member m ON m.id = a.member_id"
        " WHERE a.balance_cents > 0 AND m.number <> 2 ORDER BY m.number LIMIT 10"
    )
    assert len(owing) == 10
    before = desk.sql(PAYMENTS)[0][0]
    for count, (name, cents) in enumerate(owing):
        find(page, desk, str(name))
        assert page.get_by_label("Montant en euros").input_value() == f"{cents // 100},{cents % 100:02d}"
        if count == 3:
            picture(page, "payment")
            pay_by_cheque(page)
        else:
            page.get_by_role("button", name=("Espèces", "Virement", "Carte")[count % 3]).click()
        expect(page.get_by_role("status")).to_contain_text("reçus")
    assert desk.sql(PAYMENTS)[0][0] == before + 10
    picture(page, "taken")
    check_axe(page)
    page.get_by_role("link", name="Corriger…").click()
    page.get_by_label("Raison de la contre-écriture").fill("mauvaise personne")
    picture(page, "reverse")
    page.get_by_role("button", name="Écrire la contre-écriture").click()
    page.get_by_role("heading", level=1).wait_for()
    reversed_cents = int(owing[-1][1])
    page.goto(desk.address)
    check_axe(page)
    picture(page, "today")
    page.goto(f"{desk.address}/money")
    check_axe(page)
    picture(page, "money")
    page.get_by_role("link", name="Voir les ardoises").click()
    picture(page, "tabs")
    check_axe(page)
    page.goto(f"{desk.address}/books/month")
    picture(page, "evening")
    lines = ((f"VIR {references.of_account(desk.account(INES))}", 1200), ("VIR HUGO PETIT", 700), ("PRLV EDF", -4_000))
    import_(desk.space, *(line(label, cents, day=date(2026, 11, 24)) for label, cents in lines))
    page.goto(f"{desk.address}/books/bank")
    picture(page, "bank")
    page.goto(f"{desk.address}/books/month")
    telephone_picture(page, "telephone", [desk.address, page.url, f"{desk.address}/figures"])
    file = exported(page, desk, tmp_path)
    head, *rows, totals = libreoffice.cells(file, tmp_path)
    columns = [cell.shown for cell in head]
    day, received = columns.index("Jour"), columns.index("Reçu")
    today = [row for row in rows if row[day].value == "2026-11-25"]
    assert {row[day].kind for row in rows} == {"date"}
    assert {row[received].kind for row in rows} == {"currency"}
    assert len(today) == 11
    sums = [round(float(row[received].value) * 100) for row in rows]
    assert round(float(totals[received].value) * 100) == sum(sums)
    assert sum(round(float(row[received].value) * 100) for row in today) == sum(c for _, c in owing) - reversed_cents


def test_a_payment_takes_fifteen_presses_from_any_page(desk: RealDesk, officer: SignIn) -> None:
    page = officer("treasurer")
    page.goto(f"{desk.address}/figures/")
    presses = 0

    def press(*keys: str) -> None:
        nonlocal presses
        for key in keys:
            page.keyboard.press(key)
            presses += 1

    press("/", *"ine", "ArrowDown")
    expect(page.get_by_role("link", name="Inès Moreau").first).to_be_focused()
    press("ArrowUp")
    expect(page.locator("#find")).to_be_focused()
    presses -= 2  # only to see that it goes up, and down again
    press("ArrowDown", "ArrowRight")
    expect(page.get_by_role("link", name="Encaisser Inès Moreau")).to_be_focused()
    press("Enter")
    page.wait_for_url("**/pay")
    press(*"7,50", "Tab", "Tab", "Enter")
    expect(page.get_by_role("status")).to_contain_text("7,50\u00a0€ reçus (virement)")
    assert presses == 14
    page.goto(f"{desk.address}/money")
    expect(page.locator("#payer")).to_be_focused()


def test_a_payment_is_taken_and_taken_back_by_keyboard_alone(desk: RealDesk, chromium: Browser) -> None:
    with laptop(chromium, desk) as context:
        page = context.new_page()
        page.goto(f"{desk.address}/login")
        tab_to(page, "Adresse e-mail")
        page.keyboard.type("treasurer@demo.invalid")
        tab_to(page, "Mot de passe")
        page.keyboard.type(DEMO_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{desk.address}/")
        tab_to(page, "Aller au contenu")
        tab_to(page, "Argent")
        page.keyboard.press("Enter")
        page.wait_for_url("**/money")
        page.keyboard.press("/")
        page.keyboard.type("ines mor")
        page.get_by_role("link", name="Encaisser Inès Moreau").wait_for()
        tab_to(page, "Encaisser Inès")
        page.keyboard.press("Enter")
        page.wait_for_url("**/pay")
        tab_to(page, "Montant en euros")
        page.keyboard.press("Control+A")
        page.keyboard.type("12,50")
        tab_to(page, "Virement")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("12,50\u00a0€ reçus (virement)")
        tab_to(page, "Corriger…")
        page.keyboard.press("Enter")
        page.wait_for_url("**/reverse")
        tab_to(page, "Raison de la contre-écriture")
        page.keyboard.type("erreur de saisie")
        page.keyboard.press("Enter")
        page.wait_for_url("**/acts/*")
    assert desk.sql("SELECT kind, amount_cents FROM entry ORDER BY number DESC LIMIT 2") == [
        ("reversal", 1250),
        ("payment", -1250),
    ]


def test_going_back_reloading_or_clicking_twice_never_repeats_a_payment(desk: RealDesk, officer: SignIn) -> None:
    page = officer("treasurer")
    before = desk.sql(PAYMENTS)[0][0]
    find(page, desk, "Hugo Petit")
    page.get_by_role("button", name="Carte").dblclick()
    page.wait_for_url("**/acts/*")
    assert desk.sql(PAYMENTS)[0][0] == before + 1
    page.reload()
    page.go_back()
    page.wait_for_url("**/pay")
    page.get_by_role("button", name="Carte").click()
    page.locator(".message.warning, .error").first.wait_for()
    page.reload()
    assert desk.sql(PAYMENTS)[0][0] == before + 1


def test_the_same_form_sent_twice_says_so(desk: RealDesk, officer: SignIn) -> None:
    page = officer("treasurer")
    before = desk.sql(PAYMENTS)[0][0]
    find(page, desk, "Hugo Petit")
    key = page.locator("main input[name=key]").get_attribute("value")
    page.get_by_role("button", name="Carte").click()
    page.wait_for_url("**/acts/*")
    find(page, desk, "Hugo Petit")
    page.evaluate("(key) => { document.querySelector('main input[name=key]').value = key }", key)
    page.get_by_label("Montant en euros").fill("5")
    page.get_by_role("button", name="Carte").click()
    expect(page.locator(".message.warning")).to_contain_text("déjà été envoyé")
    assert desk.sql(PAYMENTS)[0][0] == before + 1


def test_a_wrong_sum_stays_and_is_told_beside_its_field(desk: RealDesk, officer: SignIn) -> None:
    page = officer("treasurer")
    find(page, desk, "Hugo Petit")
    page.get_by_label("Montant en euros").fill("douze")
    page.get_by_role("button", name="Espèces").click()
    field = page.get_by_label("Montant en euros")
    expect(field).to_have_value("douze")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("Écrivez une somme"))
    check_axe(page)


def test_a_payment_is_taken_without_any_script(desk: RealDesk, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    sign_in(page, desk, "treasurer")
    page.goto(f"{desk.address}/money")
    page.locator("#payer").fill("hugo")
    page.get_by_role("search").filter(has=page.locator("#payer")).get_by_role("button").click()
    page.get_by_role("button", name="Espèces").click()
    expect(page.get_by_role("status")).to_contain_text("reçus (espèces)")
    context.close()


def test_the_secretary_enrols_somebody_and_gives_the_badge_at_the_entrance(desk: RealDesk, officer: SignIn) -> None:
    page = officer("secretary")
    areas(page).get_by_role("link", name="Personnes").click()
    expect(areas(page).get_by_role("link", name="Membres", exact=True)).to_have_attribute("aria-current", "page")
    picture(page, "members")
    page.get_by_role("link", name="Inscrire un membre").click()
    page.get_by_label("Prénom et nom").fill("Inès Moreau")
    page.get_by_role("button", name="Inscrire").click()
    expect(page.get_by_role("alert")).to_contain_text("Une fiche porte déjà ce nom")
    page.goto(f"{desk.address}/members/new")
    page.get_by_label("Prénom et nom").fill("Chloé Martin")
    page.get_by_label("E-mail").fill("chloe@exemple.fr")
    picture(page, "enrol")
    page.get_by_label("E-mail").fill("chloe@")
    page.get_by_role("button", name="Inscrire").evaluate("button => button.form.noValidate = true")
    page.get_by_role("button", name="Inscrire").click()
    expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Prénom et nom")).to_have_value("Chloé Martin")
    page.get_by_label("E-mail").fill("chloe@exemple.fr")
    page.get_by_role("button", name="Inscrire").click()
    expect(page.get_by_role("status")).to_contain_text("Fiche créée")
    page.get_by_role("button", name="Attendre un badge à l’entrée").click()
    page.get_by_role("heading", level=1).wait_for()
    picture(page, "badge")
    check_axe(page)
    desk.space.tap("04A20000C0FFEE")
    confirm = page.get_by_role("button", name="C’est le badge de Chloé Martin, numéro finissant par FFEE")
    confirm.wait_for()
    check_axe(page)
    assert desk.sql("SELECT count(*) FROM badge b JOIN member m ON m.id = b.member_id WHERE m.number = 16") == [(0,)]
    confirm.click()
    page.wait_for_url("**/members/16")
    assert desk.sql("SELECT count(*) FROM badge b JOIN member m ON m.id = b.member_id WHERE m.number = 16") == [(1,)]


def _write_and_confirm(page: Page, space: Space, read: BadgeRead, chip: Ntag424, *, is_first: bool) -> None:
    """Give one badge in the exchange; the first one before the maker's key is lent, and taken away too early."""
    expect(page.get_by_text("qui ouvre la porte jusqu’au premier passage du nouveau")).to_be_visible()
    space.on_reader = FakeReader(FakeTag(read.uid, chip))
    if is_first:
        space.checkin.tap(read)
        expect(page.get_by_role("status")).to_contain_text("La clé du fabricant n’est pas prêtée à la porte")
        door_writing.lend(space.home.paths, bytes(range(16)), space.clock, 4)
        chip.leaves_at, chip.obeys = len(chip.asked) + 5, True
        space.clock.advance(seconds=2)
        space.checkin.tap(read)
        expect(page.get_by_role("status")).to_contain_text("laissez-le un instant")
        space.clock.advance(seconds=2)
    space.checkin.tap(read)
    page.get_by_role("button", name=f"numéro finissant par {read.tail}").wait_for()
    expect(page.get_by_role("status")).to_contain_text("NTAG 424 DNA, infalsifiable")
    check_axe(page)
    page.get_by_role("button", name=f"numéro finissant par {read.tail}").click()
    page.get_by_role("button", name="Reprendre le badge de").wait_for()


def test_badges_are_exchanged_for_ones_that_prove_themselves_written_at_the_door(
    desk: RealDesk, officer: SignIn
) -> None:
    """Read, write, tap, replay, lift early, lose: of the members on the list, the first two."""
    space, page = desk.space, officer("secretary")
    new = [badges.parse(f"04C0FFEE00AA0{n}") for n in (1, 2)]
    chips = [Ntag424(dict.fromkeys(range(5), FACTORY_KEY)) for _ in new]
    proof_keys.add(space.home.paths)
    proof_keys.share(space.home.paths, space.home.store, aes)
    page.goto(f"{desk.address}/members/badges")
    expect(page.get_by_text("copiable avec un téléphone").first).to_be_visible()
    check_axe(page)
    exchange = page.get_by_role("region", name="Échanger les badges copiables")
    exchange.get_by_label("Écrire les clés des badges à la porte").check()
    exchange.get_by_role("button", name="Commencer l’échange").click()
    for read, chip in zip(new, chips, strict=True):
        _write_and_confirm(page, space, read, chip, is_first=chip is chips[0])
    page.get_by_role("link", name="Arrêter ici").click()
    expect(page.get_by_text("Nouveaux badges qui n’ont pas encore servi : 2.")).to_be_visible()
    expect(page.get_by_text("vérifiés avec la clé du site, version 1")).to_be_visible()
    space.kept.follower.follow()
    space.clock.advance(seconds=60)
    assert isinstance(space.checkin.tap(new[1]), Granted)
    heard = list(chips[1].answers[-3:])
    space.on_reader = FakeReader(FakeTag(new[1].uid, lambda _: heard.pop(0)))
    space.clock.advance(seconds=60)
    refused = space.checkin.tap(new[1])
    assert isinstance(refused, Denied)
    assert refused.reason is Denial.BADGE_UNPROVEN
    page.reload()
    expect(page.get_by_text("Nouveaux badges qui n’ont pas encore servi : 1.")).to_be_visible()
    ((number,),) = desk.sql("SELECT m.number FROM badge b JOIN member m ON m.id = b.member_id WHERE b.tail = 'AA02'")
    page.goto(f"{desk.address}/members/{number}")
    row = page.get_by_role("listitem").filter(has_text="…AA02")
    expect(row).to_contain_text("NTAG 424 DNA, infalsifiable")
    row.get_by_role("button", name="Déclarer perdu").click()
    expect(page.get_by_role("listitem").filter(has_text="…AA02")).to_contain_text("perdu le")
    space.on_reader = FakeReader(FakeTag(new[1].uid, chips[1]))
    space.clock.advance(seconds=60)
    lost = space.checkin.tap(new[1])
    assert isinstance(lost, Denied)
    assert lost.reason is Denial.BADGE_LOST


def test_the_secretary_imports_a_list_once(desk: RealDesk, officer: SignIn) -> None:
    page = officer("secretary")

    def send(content: bytes) -> None:
        page.goto(f"{desk.address}/imports")
        page.get_by_label("Fichier CSV").set_input_files(
            {"name": "liste.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.get_by_role("button", name="Vérifier ce fichier").click()
        page.get_by_role("heading", level=1, name="Les colonnes du fichier").wait_for()

    send(WRONG)
    picture(page, "columns")
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.locator(".message.warning")).to_contain_text("Lignes refusées\u00a0: 1")
    check_axe(page)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Les lignes refusées").click()
    assert "Durand" in waited.value.path().read_text("utf-8-sig")
    send(LIST)
    page.get_by_role("button", name="Voir ce qui changerait").click()
    page.get_by_role("button", name="Appliquer tous les changements").wait_for()
    picture(page, "import")
    check_axe(page)
    page.get_by_role("button", name="Appliquer tous les changements").click()
    page.wait_for_url("**/members")
    expect(page.get_by_role("link", name="Élodie Martin")).to_be_visible()
    send(LIST)
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.locator(".message")).to_contain_text("il n’y a rien à changer")


def test_of_two_officers_who_edit_one_file_the_second_sees_and_chooses(desk: RealDesk, officer: SignIn) -> None:
    first, second = officer("secretary"), officer("president")
    for page in (first, second):
        page.goto(f"{desk.address}/members/{INES}/edit")
    first.get_by_label("E-mail").fill("ines@exemple.fr")
    first.get_by_role("button", name="Enregistrer").click()
    first.wait_for_url(f"**/members/{INES}")
    second.get_by_label("E-mail").fill("ines@ailleurs.fr")
    second.get_by_label("Téléphone").fill("06 12 34 56 78")
    second.get_by_role("button", name="Enregistrer").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("Deux changements à la fois")
    picture(second, "choose")
    check_axe(second)
    assert desk.sql(f"SELECT email, phone FROM member WHERE number = {INES}") == [("ines@exemple.fr", None)]
    email = second.get_by_role("group", name="E-mail")
    expect(email.get_by_label("déjà enregistré")).to_be_checked()
    email.get_by_label("tapé par vous").check()
    second.get_by_role("group", name="Téléphone").get_by_label("tapé par vous").check()
    second.get_by_role("button", name="Enregistrer ce choix").click()
    second.wait_for_url(f"**/members/{INES}")
    ((email_kept, phone),) = desk.sql(f"SELECT email, phone FROM member WHERE number = {INES}")
    assert email_kept == "ines@ailleurs.fr"
    assert phone is not None


def test_the_president_reads_the_log_and_looks_at_figures_and_rules(desk: RealDesk, officer: SignIn) -> None:
    secretary, president = officer("secretary"), officer("president")
    secretary.goto(f"{desk.address}/members/{INES}")
    president.goto(f"{desk.address}/members/{INES}")
    picture(president, "member")
    areas(president).get_by_role("link", name="Réglages").click()
    areas(president).get_by_role("link", name="Journal").click()
    ((called,),) = desk.sql("SELECT name FROM desk_user WHERE email = 'secretary@demo.invalid'")
    rows = president.get_by_role("row").filter(has_text=str(called))
    expect(rows.filter(has=president.get_by_role("link", name=str(INES), exact=True))).to_have_count(1)
    assert not [act for act in president.get_by_label("Quoi").locator("option").all_inner_texts() if "-" in act]
    picture(president, "log")
    check_axe(president)
    president.get_by_label("Membre : nom ou numéro").fill(str(HUGO))
    president.get_by_role("button", name="Filtrer").click()
    expect(president.locator(".empty")).to_be_visible()
    areas(president).get_by_role("link", name="Toutes les règles").click()
    president.wait_for_url("**/rules**")
    areas(president).get_by_role("link", name="Chiffres").click()
    areas(president).get_by_role("link", name="Fréquentation").click()
    charts = [box for chart in president.locator("svg.chart").all() if (box := chart.bounding_box())]
    assert len(charts) >= 3
    assert all(box["width"] >= 700 for box in charts)


def test_a_price_changes_from_a_day_on_after_a_look_at_last_month(desk: RealDesk, officer: SignIn) -> None:
    page = officer("treasurer")
    page.goto(f"{desk.address}/rules/tariffs/day/full")
    page.locator("input[name=cents]").fill("6")
    page.locator("input[name=valid_from]").fill("2027-01-01")
    page.locator("main button.main").click()
    picture(page, "tariff")
    check_axe(page)
    assert desk.sql("SELECT count(*) FROM tariff WHERE valid_from = '2027-01-01'") == [(0,)]
    page.locator("main button.main").click()
    page.wait_for_url("**/rules**")
    assert desk.sql("SELECT cents FROM tariff WHERE valid_from = '2027-01-01'") == [(600,)]


def test_above_the_sum_a_second_person_agrees(desk: RealDesk, officer: SignIn) -> None:
    desk.space.rule("second_officer_cents", "100", "2026-01-01")
    charges = (
        "SELECT number FROM entry WHERE kind = 'charge' AND amount_cents > 100 AND day_on >= '2026-11-24'"
        " AND member_number > 5 AND number NOT IN (SELECT reverses FROM entry WHERE reverses IS NOT NULL)"
    )
    charge = desk.sql(charges)[0][0]
    treasurer = officer("treasurer")
    treasurer.goto(f"{desk.address}/money/entries/{charge}/reverse")
    treasurer.get_by_label("Raison de la contre-écriture").fill("comptée deux fois")
    treasurer.get_by_role("button", name="Écrire la contre-écriture").click()
    treasurer.get_by_role("heading", level=1, name="À deux").wait_for()
    expect(treasurer.locator("#corrections")).to_contain_text("attend l’accord d’une autre personne")
    president = officer("president")
    awaited = president.get_by_role("listitem").filter(has_text="décision à deux attend votre accord")
    awaited.get_by_role("link", name="Lire les demandes et répondre").click()
    expect(president.locator("#corrections")).to_contain_text("comptée deux fois")
    check_axe(president)
    president.get_by_role("button", name="Accepter").first.click()
    expect(president.get_by_role("status")).to_contain_text("Enregistré")
    assert desk.sql(f"SELECT actor FROM entry WHERE reverses = {charge}") != []
    president.goto(desk.address)
    expect(president.locator("main")).not_to_contain_text("attend votre accord")


def test_the_host_sees_no_money_but_what_they_took(desk: RealDesk, officer: SignIn) -> None:
    page = officer("host")
    for where in ("/", "/members", f"/members/{INES}", f"/members/{HUGO}", "/money"):
        page.goto(desk.address + where)
        assert "€" not in page.locator("main").inner_text(), where
        assert "réduit" not in page.locator("main").inner_text(), where
        check_axe(page)
    seen = set()
    for address in [each.get_attribute("href") for each in areas(page).get_by_role("link").all()]:
        page.goto(f"{desk.address}{address}")
        seen |= {name.strip() for name in areas(page).get_by_role("link").all_inner_texts()}
    assert {"Personnes", "Membres"} <= seen
    assert not {"Journal", "Exports", "Structures", "Chiffres", "Comptes du bureau"} & seen
    find(page, desk, "Hugo Petit")
    assert page.get_by_label("Montant en euros").input_value() == ""
    page.get_by_label("Montant en euros").fill("5")
    page.get_by_role("button", name="Espèces").click()
    expect(page.get_by_role("status")).to_contain_text("5,00\u00a0€ reçus")
    check_axe(page)


def test_the_language_is_chosen_on_any_page_and_stays(desk: RealDesk, officer: SignIn) -> None:
    page = officer("host")
    page.goto(f"{desk.address}/members")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Members")
    page.get_by_role("link", name="Today").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    page.get_by_role("button", name="français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")


EMPTY = (
    "/",
    "/members",
    "/money",
    "/money/payments",
    "/money/tabs",
    "/money/tabs?advance=1",
    "/money/subscriptions",
    "/organisations",
    "/corrections",
    "/exports?what=visits",
    "/assembly/",
    "/log?member=9999",
)


def test_every_list_of_a_space_that_opens_today_says_what_it_is_for(opened: RealDesk, chromium: Browser) -> None:
    with laptop(chromium, opened) as context:
        page = context.new_page()
        sign_in(page, opened, EVERY_ROLE)
        bare = []
        for where in EMPTY:
            page.goto(opened.address + where)
            check_axe(page)
            shown = page.locator("main .empty").all_inner_texts()
            if not any(len(text.split()) >= 5 for text in shown):
                bare.append(where)
        assert bare == []


def test_people_of_the_demo_are_found_as_they_are_typed(desk: RealDesk, officer: SignIn) -> None:
    page = officer("secretary")
    page.goto(f"{desk.address}/members/new")
    page.goto(f"{desk.address}/members/{HUGO}")
    for typed in ("lefevre", "E516", "0014"):
        page.goto(f"{desk.address}/members/{HUGO}/edit")
        page.keyboard.press("/")
        page.keyboard.type(typed)
        expect(page.get_by_role("region", name="Résultats")).to_contain_text(PEOPLE[13].name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/members/14")


def test_every_picture_of_the_desk_is_in_a_guide_and_small() -> None:
    guides = "".join(path.read_text("utf-8") for path in PICTURES.parent.glob("*.md"))
    shown = set(re.findall(r"!\[[^\]]{20,}\]\(pictures/(desk-[a-z]+\.png)\)", guides))
    assert shown == {path.name for path in PICTURES.glob("desk-*.png")}
    assert shown == {
        f"desk-{name}.png" for name in re.findall(r'picture\(\w+, "(\w+)"', Path(__file__).read_text("utf-8"))
    }
    assert all((PICTURES / name).stat().st_size < 120_000 for name in shown)
