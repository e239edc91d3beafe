"""What a thief makes of a member's telephone, in a browser: of a photographed QR, of other digits, of a copied cookie,
of pages and forms on a site of their own. Each gets nothing, and the member is not disturbed.

The faster of two that scan one QR is in `test_telephone_story`, a preview on a network of its own in
`test_telephone_outside`; codes that are guessed are in tests/selfservice/test_telephones.py.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.telephones.pairing import SHOWN_SECONDS, TYPED_SECONDS

from . import camera
from .door import CAST, uid
from .telephones import House, opened_house, shows_qr, types

WATCHED, MISLED, ROBBED, NEIGHBOUR = "asked", "passing", "forgot", "quick"
SITE = "https://voleur.example/"
OVER = "Aucun téléphone relié"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[House]:
    with opened_house(tmp_path_factory.mktemp("thefts"), chromium) as opened:
        yield opened


def gets_nothing(house: House, thief: Page, link: str) -> None:
    """A scan that pairs nothing, and leaves nothing on the telephone."""
    house.scans(thief, link)
    expect(thief.get_by_role("heading", level=1)).to_have_text(OVER)
    assert thief.context.cookies() == []


def another_qr(house: House, *acts: Act) -> str:
    """Touch through these to a new QR. Returns what the camera reads."""
    for act in (*acts, Act.PHONE):
        house.door.touch(act)
    house.door.sees(CardKind.PHONE)
    return camera.read(house.door.page)


def test_a_photographed_qr_is_worth_nothing_once_it_is_old_replaced_or_used(house: House) -> None:
    door = house.door
    with house.telephone() as phone, house.telephone() as thief:
        replaced = shows_qr(door, WATCHED)
        old = another_qr(house, Act.ACCOUNT)
        gets_nothing(house, thief, replaced)
        house.clock.let_pass(SHOWN_SECONDS + 1)
        gets_nothing(house, thief, old)
        house.clock.let_pass(0)
        used = another_qr(house, Act.ACCOUNT)
        for _ in range(3):
            assert thief.request.get(used).ok, "what looks at links may look"
        house.scans(phone, used)
        types(door, WATCHED, phone.locator(".digits").inner_text())
        door.sees(CardKind.PHONE_PAIRED)
        expect(phone.get_by_role("heading", level=1)).to_have_text("Mon compte")
        gets_nothing(house, thief, used)
        phone.reload()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Mon compte")
    door.close()
    door.is_idle(CAST[WATCHED][0].split()[0])


def test_neither_other_digits_nor_another_badge_pair_the_telephone_that_waits(house: House) -> None:
    door = house.door
    with house.telephone() as thief:
        house.scans(thief, shows_qr(door, MISLED))  # faster than the member, who types what they read elsewhere
        digits = int(thief.locator(".digits").inner_text())
        types(door, MISLED, f"{(digits + 1) % 100:02}")
        door.sees(CardKind.PHONE_REFUSED)
        expect(thief.get_by_role("heading", level=1)).to_have_text(OVER)
        house.scans(thief, another_qr(house))
        shown = thief.locator(".digits").inner_text()
        door.touch(Act.PHONE_CODE)
        door.sees(CardKind.PHONE_CODE)
        door.digits(shown, Act.PIN_KEY)
        door.touch(Act.PHONE_PAIR)
        door.sees(CardKind.BADGE_AGAIN)
        door.tap(uid(NEIGHBOUR, "fr"))
        door.sees(CardKind.GRANTED_DAY, CAST[NEIGHBOUR][0].split()[0])
        expect(thief.locator(".digits")).to_have_text(shown)
        house.clock.let_pass(TYPED_SECONDS + 1)
        expect(thief.get_by_role("heading", level=1)).to_have_text(OVER)
        house.clock.let_pass(0)
        assert thief.context.cookies() == []
    door.is_idle(CAST[MISLED][0].split()[0], CAST[NEIGHBOUR][0].split()[0])


def site(page: Page, body: str) -> None:
    """Open a page of the thief's own site in somebody's browser."""

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/html", body=f"<!doctype html><title>Cadeau</title>{body}")

    page.route(f"{SITE}**", answer)
    page.goto(SITE)


def visible(house: House) -> bool:
    """Whether the others at the screen see that this member is here: what the thief wants to change."""
    return house.door.member(CAST[ROBBED][0]).visible


def test_a_paired_telephone_is_not_used_from_elsewhere_and_a_copied_cookie_ends_with_it(house: House) -> None:
    door = house.door
    with house.telephone() as phone, house.telephone() as thief:
        house.pairs(phone, ROBBED)
        before = visible(house)
        phone.get_by_role("link", name="Mes réglages").tap()
        button = phone.locator('form[action="/m/set"]:has(button[value^="visible="])')
        flow = button.locator('[name="f"]').get_attribute("value") or ""
        choice = button.locator("button").first.get_attribute("value") or ""
        assert (flow, choice) != ("", "")
        elsewhere = phone.context.new_page()

        site(elsewhere, f'<iframe src="{house.address}/m/account"></iframe><iframe src="{house.address}/"></iframe>')
        framed = [frame.url for frame in elsewhere.frames[1:]]
        assert framed == ["chrome-error://chromewebdata/"] * 2

        fields = f'<input name="f" value="{flow}"><input name="v" value="{choice}">'
        site(elsewhere, f'<form method="post" action="{house.address}/m/set">{fields}<button>Ouvrir</button></form>')
        with elsewhere.expect_response(f"{house.address}/m/set") as answered:
            elsewhere.get_by_role("button").tap()
        assert answered.value.status == 403
        expect(elsewhere.get_by_role("heading", level=1)).to_be_visible()

        site(elsewhere, "")
        asked = f'fetch("{house.address}/m/account", {{credentials: "include"}}).then(() => "read", () => "refused")'
        assert elsewhere.evaluate(asked) == "refused"
        assert phone.evaluate("document.cookie") == ""
        assert visible(house) is before

        thief.context.add_cookies(phone.context.cookies())  # type: ignore[arg-type]  # as they were read
        thief.goto(house.address)
        expect(thief.get_by_role("heading", level=1)).to_have_text("Mon compte")
        assert door.home.kiosk("badges", "lost", uid(ROBBED, "fr")).returncode == 0
        own = {"Origin": house.address, "Sec-Fetch-Site": "same-origin"}
        again = thief.request.post(f"{house.address}/m/set", form={"f": flow, "v": choice}, headers=own)
        assert again.status == 403
        for page in (phone, thief):
            page.goto(f"{house.address}/m/account")
            expect(page.locator("main")).to_contain_text("n’est pas relié")
            assert page.context.cookies() == []
        assert visible(house) is before
    door.close()
    door.is_idle(CAST[ROBBED][0].split()[0])
