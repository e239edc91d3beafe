"""Judge each deed at the door by the rule of consent, from outside: records and pulses against badges and pages.

Nothing changes in a member's name, and nothing opens for them, but

- by the plain tap of their own badge;
- by their own badge, on a page that stood for a moment, brought by no other badge, that says for whom, what and how
  much: so they bring a guest, answer for another member, welcome a new one, take the step that was missing, set a code;
- by a touch in their own session, which a second badge began: their own money for a short while, all else a bit longer;
- by their code, typed on the screen just now;
- by a touch on their own card, where it only takes back.

A touch that came late, or on a card that had only just taken another's place, changes nothing at all. And at idle a
badge of a member in good standing opens.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from tests.checkin import belongings
from tests.checkin.belongings import LESS, Change, Ledger
from tests.checkin.doorway import Deed, Doorway, Seen
from tests.checkin.household import BOB, CAMILLE, CODE, LEON, NEW, PEOPLE
from tests.conftest import Space

STOOD_SECONDS = 1.5  # a page, before a badge may answer it
WAITS_SECONDS = 62.0  # a page for a badge, at most
OWN_MONEY_SECONDS = 20.0  # after the last badge of a session
SESSION_SECONDS = 90.0
LATE_SECONDS = 10.0
STRANGE_SECONDS = 0.5  # a card that belongs to another than the one before
GOOD = (CAMILLE.number, BOB.number)
_ROUNDING = 0.03
_TAP = frozenset({"day", "replayed"})
_BY_ANOTHER = frozenset({"vouched", "joined", "sponsored", "new badge", "bought", "day"})
_OWN_MONEY = frozenset({"bought", "declared", "withdrawn", "price", "moved", "left"})
_OWN_RECORDS = frozenset({"setting", "not lost", "reported"})


@dataclass
class Judge:
    """What was seen so far: badges with their moments, digits that were typed; violations, and consents by name."""

    space: Space
    reached: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    badges: list[tuple[str, float]] = field(default_factory=list)
    digits: str = ""
    chosen: str = ""  # the button before the digits
    answered: dict[int, str] = field(default_factory=dict)  # members who are in on another's badge: whose

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.space)
        self._rows = self._ledger.rows()
        self._pulses = self.space.door.pulses
        self._holder = {person.uid: person.number for person in PEOPLE}
        self._code_at = float("-inf")

    def __call__(self, place: Doorway, deed: Deed) -> None:
        """Compare what is written and how often it opened with what was there before this deed."""
        rows = self._ledger.rows()
        made, self._rows = belongings.changes(self._rows, rows), rows
        pulses, self._pulses = self.space.door.pulses - self._pulses, self.space.door.pulses
        if deed.kind == "badge":
            self._judge_badge(deed, made, pulses)
            self.badges.append((deed.badge, deed.at))
        elif deed.kind == "touch":
            self._judge_touch(place, deed, made, pulses)
        else:
            for member, change in made.items():
                self._accuse(deed, change.words <= {"replayed", "day"}, f"{deed.kind} changed {member}: {change}")
            self._accuse(deed, not pulses, f"{deed.kind} opened the door")

    def _accuse(self, deed: Deed, is_right: bool, words: str) -> None:
        if not is_right:
            button = "" if deed.button is None else f" {deed.button.label!r} ({deed.button.act})"
            self.violations.append(f"{deed.at:.2f} {deed.kind} {deed.badge}{button} on {deed.page.state}: {words}")

    def close(self) -> None:
        self._ledger.close()

    # --- a badge

    def _judge_badge(self, deed: Deed, made: dict[int, Change], pulses: int) -> None:
        own = self._holder.get(deed.badge)
        why_not = self._answers(deed)
        did = False
        for member, change in made.items():
            if member == own and change.words <= _TAP and not self._is_more(change):
                continue
            did = True
            self._accuse(deed, why_not is None, f"{change} of {member}: {why_not}")
            named = self._is_named(deed.page, member, change)
            self._accuse(deed, named, f"{change} of {member}, on a page that does not say so: {deed.page.text}")
            self._accuse(deed, member == own or change.words <= _BY_ANOTHER, f"{change} of {member} by {own}")
            if member != own:
                self.answered[member] = deed.badge
                if "joined" in change.words:
                    self._holder[NEW] = member
            self._count(change, own=member == own)
        is_in = own in GOOD or own in self.answered or self._has_day(own)
        self._accuse(deed, not pulses or is_in, "the door opened for a badge that was refused")
        is_first = deed.page.is_idle or not self.badges or self.badges[-1][0] != deed.badge
        if own in GOOD and is_first and not did:
            self._accuse(deed, pulses > 0, "the door stayed shut before a member in good standing")

    def _answers(self, deed: Deed) -> str | None:
        """Why this badge says no yes to the page that it was shown before; None where it does."""
        stood = deed.at - deed.page.painted_at
        if not self.badges or self.badges[-1][0] != deed.badge:
            return "another badge came before, or none"
        if deed.page.is_idle or self.badges[-1][1] > deed.page.painted_at:
            return "no page was there to be answered"
        if not STOOD_SECONDS - _ROUNDING <= stood <= WAITS_SECONDS:
            return f"the page stood for {stood:.2f} s"
        return None

    def _is_named(self, page: Seen, member: int, change: Change) -> bool:
        """Whether the page says whose, what and how much; of a day, only that it is counted: its price is their own."""
        words, names = change.words, list[str]()
        cents = change.declared_cents or change.cents
        if words & {"vouched", "joined"}:
            names.append(re.escape(self._name(member)))
        for word, label in (("guest", "invité"), ("code", "code"), ("moved", "journée"), ("joined", "5(,00)? €")):
            names += [label] if word in words else []
        if cents > 0 and words & {"guest", "bought", "declared"} and "joined" not in words:
            names.append(f"{cents // 100}(,{cents % 100:02})? €")
        return all(re.search(each, page.text, re.IGNORECASE) for each in names)

    def _name(self, member: int) -> str:
        return str(self._rows["member"][member]["name"]).split()[0]

    def _has_day(self, member: int | None) -> bool:
        return any(
            row["member_id"] == member and row["state"] == "kept" and row["host_visit_id"] is None
            for row in self._rows["visit"].values()
        )

    @staticmethod
    def _is_more(change: Change) -> bool:
        """Whether this is more than a day that is counted."""
        return "day" not in change.words and change.cents > 0

    def _count(self, change: Change, *, own: bool) -> None:
        words = change.words
        for name, signs in (
            ("guest", {"guest"}),
            ("vouch", {"vouched"}),
            ("join", {"joined"}),
            ("step", {"declared", "day"}),
            ("code", {"code"}),
            ("comfort", {"moved"}),
        ):
            if signs <= words:
                self.reached[name] += 1
        if own and words & {"bought"}:
            self.reached["carnet"] += 1

    # --- a touch

    def _judge_touch(self, place: Doorway, deed: Deed, made: dict[int, Change], pulses: int) -> None:
        has_code = self._reads_digits(deed)
        if has_code and pulses:
            self._code_at = deed.at  # also of a day that is counted already
        if made or pulses:
            waited, stood = deed.at - deed.finger_at, deed.finger_at - deed.page.owned_at
            self._accuse(deed, waited <= LATE_SECONDS, f"a finger of {waited:.1f} s ago did {made}")
            self._accuse(deed, stood >= STRANGE_SECONDS - _ROUNDING, f"a card {stood:.2f} s old was touched: {made}")
            self._accuse(deed, deed.page.boot == place.page.boot, f"a page of before a start did {made}")
        for member, change in made.items():
            self._accuse(deed, self._may_touch(place, deed, member, change, has_code), f"{change} of {member}")
        self._accuse(deed, not pulses or has_code, "a touch opened the door")

    def _may_touch(self, place: Doorway, deed: Deed, member: int, change: Change, has_code: bool) -> bool:
        words, since = change.words, self._session_of(place, member, deed.finger_at)
        by_code = deed.finger_at - self._code_at if member == LEON.number else float("inf")
        if words <= {"by code"}:
            if has_code and member == LEON.number:
                self._code_at = deed.at
                self.reached["by code"] += 1
                return True
            return False
        if words <= LESS and change.cents <= 0:
            last = self.badges[-1][0] if self.badges else ""
            owns = self._holder.get(last) == member or self.answered.get(member) == last
            if owns or by_code <= SESSION_SECONDS:
                self.reached.update(words)
                return True
            return False
        if words <= _OWN_MONEY and since <= OWN_MONEY_SECONDS + _ROUNDING:
            self.reached["carnet" if "bought" in words else "own money"] += 1
            return True
        if words <= _OWN_RECORDS and min(since, by_code) <= SESSION_SECONDS + _ROUNDING:
            self.reached["setting"] += 1
            return True
        return False

    def _session_of(self, place: Doorway, member: int, at: float) -> float:
        """How long ago the last badge was of this member's session; for ever where there is none."""
        if len(self.badges) < 2 or any(self._holder.get(uid) != member for uid, _ in self.badges[-2:]):
            return float("inf")
        began = self.badges[-1][1]
        since = [page for page in place.pages if page.painted_at >= began and page.painted_at <= at]
        if any(page.is_idle or page.boot != place.page.boot for page in since):
            return float("inf")
        return at - began

    def _reads_digits(self, deed: Deed) -> bool:
        """Note a digit that was typed. Whether those before this touch are the code of the name that was chosen."""
        typed, name, label = self.digits, self.chosen, "" if deed.button is None else deed.button.label
        if label.isdigit() and len(label) == 1:
            self.digits += label
        elif label == "Effacer":
            self.digits = typed[:-1]
        elif not label.startswith("Entrer") and any(each.label == "1" for each in deed.page.buttons):
            return False  # beside the keys: the name stays chosen
        else:
            self.digits, self.chosen = "", label
        return typed == CODE and name.startswith(LEON.first)
