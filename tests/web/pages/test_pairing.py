"""The pages by which a telephone is paired, and what a thief gets of each."""

import pytest
from msgspec.structs import replace

from kiosk.config import PagesConfig
from kiosk.domain.telephones.pairing import Ended
from kiosk.errors import MachineError
from kiosk.telephones import pairing
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Pairing

from .conftest import ADDRESS, House


def test_the_telephone_that_scanned_and_was_typed_is_in(house: House) -> None:
    begun, phone = house.begin(house.ines), house.telephone()
    page = phone.get(f"/p/{begun.secret}").text
    assert "Relier ce téléphone" in page
    assert "Wi-Fi" in page
    assert phone.post(f"/p/{begun.secret}").location == "/wait"
    page = phone.get("/wait").text
    assert '<p class="digits">47</p>' in page
    assert 'http-equiv="refresh"' in page
    assert house.confirm(begun, house.ines, "47") is Ended.PAIRED
    assert phone.get("/wait").location == "/"
    assert "Mon compte" in phone.get("/").text


def test_a_fault_of_the_desk_ends_no_pairing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, phone, paired = house.begin(house.ines), house.telephone(), house.telephone(house.bearer(house.karim))
    assert phone.post(f"/p/{begun.secret}").location == "/wait"
    cookies = phone.cookie, paired.cookie

    def fails(*_asked: object) -> None:
        raise MachineError("database", "the disk is away for a moment")

    with monkeypatch.context() as patched:
        for name in ("of_bearer", "enter_code"):
            patched.setattr(pairing, name, fails)
        for each in (phone, paired):
            page = each.get("/wait")
            assert (page.status_code, 'http-equiv="refresh"' in page.text) == (503, True)
        page = phone.post("/code/enter", {"code": "123456"})
        assert (page.status_code, 'http-equiv="refresh"' in page.text) == (503, False)
    assert (phone.cookie, paired.cookie) == cookies
    assert '<p class="digits">47</p>' in phone.get("/wait").text
    assert house.confirm(begun, house.ines, "47") is Ended.PAIRED
    assert "Mon compte" in phone.get("/").text


def test_looking_at_the_page_behind_the_qr_is_no_scan(house: House) -> None:
    """Messengers and mail servers look at links before people do."""
    begun, preview, phone = house.begin(house.ines), house.telephone(), house.telephone()
    for _ in range(3):
        assert preview.get(f"/p/{begun.secret}").status_code == 200
    assert preview.cookie is None
    assert phone.post(f"/p/{begun.secret}").location == "/wait"


def test_a_faster_stranger_is_refused_and_so_is_who_came_second(house: House) -> None:
    begun, stranger, phone = house.begin(house.ines), house.telephone(), house.telephone()
    assert stranger.post(f"/p/{begun.secret}").location == "/wait"
    refused = phone.post(f"/p/{begun.secret}")
    assert refused.status_code == 403
    assert "Deux téléphones ont scanné le même QR." in refused.text
    assert phone.cookie is None
    assert "Deux téléphones ont scanné le même QR." in stranger.get("/wait").text
    assert house.confirm(begun, house.ines, "47") is Ended.TWICE
    assert "Mes lignes" not in stranger.get("/").text


def test_the_one_cookie_is_for_this_host_by_tls_and_for_no_script(house: House) -> None:
    begun, phone = house.begin(house.ines), house.telephone()
    (cookie,) = phone.post(f"/p/{begun.secret}").headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-kiosk=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie


def test_a_form_of_another_site_is_refused(house: House) -> None:
    begun, phone = house.begin(house.ines), house.telephone()
    for site in ("cross-site", "same-site", "none"):
        assert phone.post(f"/p/{begun.secret}", site=site).status_code == 403
    assert phone.client.post(f"/p/{begun.secret}", base_url="https://membres.example.org").status_code == 403
    assert not any(isinstance(each, speech.Scan) for each in house.heard)


def test_another_hosts_name_is_answered_by_no_page(house: House) -> None:
    assert house.telephone().client.get("/", base_url="https://evil.example").status_code == 421


def test_a_mailed_code_opens_the_pages_and_an_unknown_address_is_answered_alike(house: House) -> None:
    known, unknown = house.telephone(), house.telephone()
    pages = []
    for phone, address in ((known, "ines@example.org"), (unknown, "nobody@example.org")):
        assert phone.post("/code", {"address": address}).location == "/wait"
        pages.append(phone.get("/wait").text)
        pages.append(phone.post("/code/enter", {"code": "000000"}).text)
    assert pages[:2] == pages[2:]
    assert "Ce code n’est pas le bon" in pages[1]
    assert known.post("/code/enter", {"code": " 123 456 "}).location == "/"
    assert "Mon compte" in known.get("/").text
    assert "Ce code n’est pas le bon" in unknown.post("/code/enter", {"code": "123456"}).text


def test_without_https_nothing_pairs_though_a_form_is_written_by_hand(house: House) -> None:
    """Neither a QR of before the address changed nor a code that was mailed."""
    begun, mailed = house.begin(house.ines), house.telephone()
    mailed.post("/code", {"address": "ines@example.org"})
    office = house.answers._office
    plain = PagesConfig(ADDRESS.replace("https:", "http:"))
    office.home = replace(office.home, config=replace(office.home.config, pages=plain))
    for question in (
        speech.Scan(secret=begun.secret, kind="android"),
        speech.AskCode(address="ines@example.org", kind="android"),
        speech.EnterCode(bearer=mailed.cookie or "", code="123456"),
    ):
        answer = house.ask(question)
        assert isinstance(answer, Pairing)
        assert (answer.state, answer.bearer, "HTTPS" in answer.says) == ("over", "", True)
    assert house.space.sql("SELECT * FROM telephone") == []
    assert len(house.space.sql("SELECT * FROM outbox")) == 1


def test_a_telephone_that_is_ended_is_out_at_its_next_page(house: House) -> None:
    bearer = house.bearer(house.ines)
    phone = house.telephone(bearer)
    assert "Mon compte" in phone.get("/").text
    house.space.enrolment.lose_badge(house.space.read("04A2000000E511"))
    gone = phone.get("/")
    assert gone.status_code == 403
    assert "n’est pas relié" in gone.text
    assert not phone.cookie


@pytest.mark.parametrize("secret", ["x", "0" * 43, "%2e%2e", "é" * 20, "a" * 64])
def test_a_secret_that_no_screen_showed_is_over(house: House, secret: str) -> None:
    phone = house.telephone()
    assert phone.get(f"/p/{secret}").status_code == 200  # nothing is told by looking
    assert phone.post(f"/p/{secret}").status_code == 403


def test_a_browser_that_asks_too_fast_waits(house: House) -> None:
    phone = house.telephone()
    seen = [phone.get("/").status_code for _ in range(70)]
    assert seen[0] == 200
    assert seen[-1] == 429
