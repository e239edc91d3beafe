"""What a thief makes of a member's telephone, in a browser: of a photographed QR, of other digits, of a copied cookie,
of pages and forms on a site of their own. Each gets nothing, and the member is not disturbed.

The faster of two that scan one QR is in `test_telephone_story`, a preview on a network of its own in
`test_telephone_outside`; codes that are guessed are in tests/selfservice/test_telephones.py. `thefts` names them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.telephones.pairing import SHOWN_SECONDS, TYPED_SECONDS

from . import camera
from .door import CAST, uid
from .telephones import House, opened_house, shows_qr, types
from .thefts import Theft, played

WATCHED, MISLED, ROBBED, NEIGHBOUR = "asked", "passing", "forgot", "quick"
FOLLOWED, LOST, LEAVES = "greets", "banked", "vouches"
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
        with played(Theft.REPLACED_QR):
            gets_nothing(house, thief, replaced)
        house.clock.let_pass(SHOWN_SECONDS + 1)
        with played(Theft.OLD_QR):
            gets_nothing(house, thief, old)
        house.clock.let_pass(0)
        used = another_qr(house, Act.ACCOUNT)
        for _ in range(3):
            assert thief.request.get(used).ok, "what looks at links may look"
        house.scans(phone, used)
        types(door, WATCHED, phone.locator(".digits").inner_text())
        door.sees(CardKind.PHONE_PAIRED)
        expect(phone.get_by_role("heading", level=1)).to_have_text("Mon compte")
        with played(Theft.USED_QR):
            gets_nothing(house, thief, used)
            phone.reload()
            expect(phone.get_by_role("heading", level=1)).to_have_text("Mon compte")
    door.close()
    door.is_idle(CAST[WATCHED][0].split()[0])


def test_a_thief_who_scans_after_the_member_ends_both_and_opens_nothing(house: House) -> None:
    door = house.door
    with house.telephone() as phone, house.telephone() as thief:
        said = shows_qr(door, FOLLOWED)
        house.scans(phone, said)
        digits = phone.locator(".digits").inner_text()
        with played(Theft.SECOND):
            gets_nothing(house, thief, said)
            types(door, FOLLOWED, digits)
            door.sees(CardKind.PHONE_REFUSED)
            for page in (phone, thief):
                expect(page.locator("main")).to_contain_text("Deux téléphones ont scanné le même QR.")
                assert page.context.cookies() == []
    door.close()
    door.is_idle(CAST[FOLLOWED][0].split()[0])


def test_neither_other_digits_nor_another_badge_pair_the_telephone_that_waits(house: House) -> None:
    door = house.door
    with house.telephone() as thief:
        house.scans(thief, shows_qr(door, MISLED))  # faster than the member, who types what they read elsewhere
        digits = int(thief.locator(".digits").inner_text())
        with played(Theft.OTHER_DIGITS):
            types(door, MISLED, f"{(digits + 1) % 100:02}")
            door.sees(CardKind.PHONE_REFUSED)
            expect(thief.get_by_role("heading", level=1)).to_have_text(OVER)
            assert thief.context.cookies() == []
        house.scans(thief, another_qr(house))
        shown = thief.locator(".digits").inner_text()
        door.touch(Act.PHONE_CODE)
        door.sees(CardKind.PHONE_CODE)
        door.digits(shown, Act.PIN_KEY)
        door.touch(Act.PHONE_PAIR)
        door.sees(CardKind.BADGE_AGAIN)
        with played(Theft.OTHER_BADGE):
            door.tap(uid(NEIGHBOUR, "fr"))
            door.sees(CardKind.GRANTED_DAY, CAST[NEIGHBOUR][0].split()[0])
            expect(thief.locator(".digits")).to_have_text(shown)
        with played(Theft.LATE_BADGE):
            door.tap(uid(MISLED, "fr"))
            door.sees(CardKind.AGAIN, CAST[MISLED][0].split()[0])
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


def visible(house: House, story: str) -> bool:
    """Whether the others at the screen see that this member is here: what the thief wants to change."""
    return house.door.member(CAST[story][0]).visible


@dataclass(frozen=True)
class Form:
    """A form of a paired telephone, as a thief read it over its member's shoulder."""

    flow: str
    choice: str

    @classmethod
    def read(cls, phone: Page) -> "Form":
        """Open the settings, and read the form that hides its member."""
        phone.get_by_role("link", name="Mes réglages").tap()
        form = phone.locator('form[action="/m/set"]:has(button[value^="visible="])')
        flow = form.locator('[name="f"]').get_attribute("value") or ""
        choice = form.locator("button").first.get_attribute("value") or ""
        assert (flow, choice) != ("", "")
        return cls(flow, choice)

    def is_sent(self, house: House, page: Page) -> int:
        """Send it from a telephone as its own page would. Returns the answer's status."""
        own = {"Origin": house.address, "Sec-Fetch-Site": "same-origin"}
        answer = page.request.post(
            f"{house.address}/m/set", form={"f": self.flow, "v": self.choice}, headers=own, max_redirects=0
        )
        return answer.status


def is_copied(house: House, phone: Page, thief: Page) -> None:
    """Open a member's pages on the thief's telephone by the cookie of the member's own."""
    thief.context.add_cookies(phone.context.cookies())  # type: ignore[arg-type]  # as they were read
    thief.goto(house.address)
    expect(thief.get_by_role("heading", level=1)).to_have_text("Mon compte")


def is_out(house: House, page: Page) -> None:
    """A telephone that is no longer paired: no page of a member, and no cookie."""
    page.goto(f"{house.address}/m/account")
    expect(page.locator("main")).to_contain_text("n’est pas relié")
    assert page.context.cookies() == []


def test_another_site_shows_sends_and_reads_nothing_of_a_paired_telephone(house: House) -> None:
    door = house.door
    with house.telephone() as phone:
        house.pairs(phone, ROBBED)
        before, form = visible(house, ROBBED), Form.read(phone)
        elsewhere = phone.context.new_page()
        with played(Theft.FRAME):
            site(
                elsewhere, f'<iframe src="{house.address}/m/account"></iframe><iframe src="{house.address}/"></iframe>'
            )
            assert [frame.url for frame in elsewhere.frames[1:]] == ["chrome-error://chromewebdata/"] * 2
        with played(Theft.FOREIGN_FORM):
            fields = f'<input name="f" value="{form.flow}"><input name="v" value="{form.choice}">'
            site(
                elsewhere, f'<form method="post" action="{house.address}/m/set">{fields}<button>Ouvrir</button></form>'
            )
            with elsewhere.expect_response(f"{house.address}/m/set") as answered:
                elsewhere.get_by_role("button").tap()
            assert answered.value.status == 403
            expect(elsewhere.get_by_role("heading", level=1)).to_be_visible()
        with played(Theft.FOREIGN_SCRIPT):
            site(elsewhere, "")
            account = f'fetch("{house.address}/m/account", {{credentials: "include"}})'
            assert elsewhere.evaluate(f'{account}.then(() => "read", () => "refused")') == "refused"
            assert phone.evaluate("document.cookie") == ""
        assert visible(house, ROBBED) is before
    door.close()
    door.is_idle(CAST[ROBBED][0].split()[0])


def test_a_copied_cookie_and_a_form_sent_again_end_with_the_lost_badge(house: House) -> None:
    with house.telephone() as phone, house.telephone() as thief:
        house.knows(phone, LOST)
        before, form = visible(house, LOST), Form.read(phone)
        is_copied(house, phone, thief)
        assert house.door.home.kiosk("badges", "lost", uid(LOST, "fr")).returncode == 0
        with played(Theft.FORM_AGAIN):
            assert form.is_sent(house, thief) == 403
            assert visible(house, LOST) is before
        with played(Theft.COPIED_COOKIE):
            for page in (phone, thief):
                is_out(house, page)


def test_a_copied_cookie_and_page_end_with_the_touch_that_removes_the_telephones(house: House) -> None:
    door = house.door
    with house.telephone() as phone, house.telephone() as thief:
        house.pairs(phone, LEAVES)
        before, form = visible(house, LEAVES), Form.read(phone)
        is_copied(house, phone, thief)
        door.touch(Act.PHONES)
        door.sees(CardKind.PHONES)
        door.page.locator('#stage [data-act="phone-end"]').first.tap()
        door.reads("Rien pour l’instant")
        with played(Theft.ENDED_SESSION):
            assert form.is_sent(house, thief) == 403
            for page in (thief, phone):
                is_out(house, page)
            assert visible(house, LEAVES) is before
    door.close()
    door.is_idle(CAST[LEAVES][0].split()[0])
