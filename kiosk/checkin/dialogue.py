"""Dialogues at the screen: the pages that one person goes through, after tapping a badge or before owning one.

One dialogue at a time. It lasts 20 s and each touch renews it; another's badge, or "done", ends it without effect, and
nothing of it stays. A page is a function that takes a `PageContext` and returns the next card.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Notice
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.store.checkin import standing

LASTS_SECONDS = 32.0  # 20 on the screen, 30 at most where it is held; the rest is the way of a touch
WAITS_SECONDS = 42.0  # for somebody else's badge, at most: its page is over by then
WARNED_SECONDS = 20.0  # what is typed is kept so much longer, with a warning on the screen
LONGEST_VALUE = 300
ACTOR = "kiosk"
Work = Callable[[], Mapping[str, str]]  # slow, and of nothing but its own
STOPPED = "stopped"  # kept by a page that stops a badge: which one, so that its card is not shown again
BADGE = "badge"  # kept where somebody has a badge that nobody owns: its fingerprint, as hexadecimal digits
LANGUAGE = "language"  # kept where a member is asked: what whoever waits speaks
_ACT = "act"  # kept where something is offered: the id that it will have
ASKED = "asked"  # kept where the member whose badge was just seen is asked something


@dataclass(slots=True)
class Dialogue:
    """One dialogue. `number` is the member whose badge was seen, None for somebody without one; pages keep the rest.

    With a badge that was seen for it, it is a session: what its pages offer is done without the badge once more.
    `owner` is whose session it becomes with their badge. `typed` is what was typed so far; `kept` what a page wants to
    find again on the next. While it `is_busy` it takes no touch: something slow is being worked out for it.
    """

    ticket: str
    until: float
    number: int | None = None
    fingerprint: bytes | None = None
    owner: int | None = None
    name: str | None = None
    language: str | None = None
    larger: bool = False
    typed: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    page: Card | None = None  # as it is shown now
    notices: tuple[Notice, ...] = ()  # what their tap gave them to know
    only: frozenset[Act] | None = None  # all that may be done in it; None: what its pages allow
    is_busy: bool = False

    @property
    def is_session(self) -> bool:
        """Whether a badge was seen for all that it does. A code is not one."""
        return self.number is not None and self.fingerprint is not None


class PageContext(Struct, frozen=True):
    """What a page works with: a transaction, the rules, the moment, the dialogue, all pages, and what was touched.

    `badge` is the one that was just shown, on a page that asked for one. `code_key` goes into the hashes of codes.
    """

    connection: sa.Connection
    seal: Seal
    badge_key: bytes
    policy: Policy
    moment: Moment
    dialogue: Dialogue
    pages: "Pages"
    value: str = ""
    badge: BadgeRead | None = None
    code_key: bytes = b""

    @property
    def number(self) -> int:
        """The number of the member before the screen. Raises RequestError `touch-over` where no badge was seen."""
        if self.dialogue.number is None:
            raise RequestError("touch-over", "this wants a badge first")
        return self.dialogue.number

    @property
    def asked(self) -> Standing | None:
        """The member who came in and is asked, as they stand now. Raises RequestError `touch-over` where nobody is."""
        if ASKED not in self.dialogue.kept or self.dialogue.fingerprint is None:
            raise RequestError("touch-over", "nobody was asked")
        return standing.find(self.connection, self.dialogue.fingerprint, self.policy, self.moment.day)

    @property
    def named_act(self) -> bytes | None:
        """The id of the act that was offered last."""
        name = self.dialogue.kept.get(_ACT)
        return None if name is None else bytes.fromhex(name)

    def name_the_act(self) -> None:
        """Name what is about to be offered: done twice, it is one."""
        self.dialogue.kept[_ACT] = self.fresh_id().hex()

    def fresh_id(self) -> bytes:
        """A new id for what is written."""
        return ids.new(self.moment.at, secrets.token_bytes(16))


class Page(Struct, frozen=True):
    """A page: what it does, and whether that writes. `wants_badge`: outside a session the badge is asked for before.

    `asks` is the card that waits for it, with what it offers `beside`.

    `consent`: the page waits for somebody else's badge, a host's, a sponsor's. Whoever shows one is let in or not as by
    any other tap; only then the card that `consent` returns asks them, whose `asked` they are. It writes nothing: that
    is for the page of their yes. None: it is not theirs to answer. `keeps_waiting`: so does the page that led to it.

    `before` reads what something slow needs and
    returns that work, if there is any: it is done while nobody waits, neither for the database nor at the reader, and
    what it answers is kept for the page.
    """

    show: Callable[[PageContext], Card | None]
    writes: bool = False
    wants_badge: bool = False
    consent: Callable[[PageContext], Card | None] | None = None
    keeps_waiting: bool = False
    asks: CardKind = CardKind.BADGE_AGAIN
    beside: tuple[Act, ...] = ()
    before: Callable[[PageContext], Work | None] | None = None


Pages = Callable[[], Mapping[Act, Page]]  # which page an act leads to; asked for when the first dialogue begins


def begun(
    now: float,
    *,
    fingerprint: bytes | None = None,
    person: Standing | None = None,
    language: str | None = None,
) -> Dialogue:
    """Begin a dialogue, under a ticket that nobody can guess; in the language and size of a person, where one is meant.

    Whether it is theirs, and may show and do what is theirs, is for the caller to say: by its `number`.
    """
    dialogue = Dialogue(secrets.token_urlsafe(16), now + LASTS_SECONDS, fingerprint=fingerprint, language=language)
    if person is not None:
        dialogue.owner, dialogue.name = person.number, person.name
        dialogue.language, dialogue.larger = person.language, person.larger_text
    return dialogue
