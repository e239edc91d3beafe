"""Lists which of the screen's texts the association may reword, and checks its words.

Texts that are read in a hurry or when something fails cannot be changed: they must fit, and they must be true.
"""

import re
from collections.abc import Mapping

from kiosk.checkin.idle_facts import HOST, ON
from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs import refusals
from kiosk.checkin.specs.lists import CARDS, REFUSALS
from kiosk.domain.checkin.verdicts import Denial, NextStep, NoticeKind
from kiosk.domain.problems import Problem
from kiosk.language import texts as language_texts
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.web.screen import texts

LONGEST_OF_TODAY = 44  # characters; they stand beside the invitation, on two lines
LONGEST_TITLE = 34  # characters: one line, or two of a narrow screen
ROOM = 1.25  # by what factor own words may be longer than ours
SHORTEST_ROOM = 60  # characters that own words may always have
_VALUES = re.compile(r"{(\w*)}")  # the values in a text, like {day}

# By code. Own words take the place of a text wherever it stands: refusals with the same next step share theirs.
TEXTS: dict[str, Text] = {
    "idle-title": texts.IDLE.title,
    "idle-lead": texts.IDLE.lead,
    # These two are written for one day and shown on the idle screen; what stands here of them is never shown.
    HOST: Text("Vide : écrivez ici qui accueille aujourd’hui.", "Empty: write here who hosts today."),
    ON: Text("Vide : écrivez ici ce qui a lieu aujourd’hui.", "Empty: write here what is on today."),
    "granted-day": CARDS[CardKind.GRANTED_DAY].lines[0],
    "granted-plan": CARDS[CardKind.GRANTED_PLAN].lines[0],
    "first-visit": texts.NEXT_STEPS[NextStep.FIRST_VISIT],
    "ask": texts.NEXT_STEPS[NextStep.ASK],
    "rejoin": refusals.COME_AGAIN,
    "renew-or-pay": texts.NEXT_STEPS[NextStep.RENEW],
    "tab-over-limit": refusals.OVER_LIMIT,
    "closed-title": REFUSALS[Denial.CLOSED].title,
    "closed": REFUSALS[Denial.CLOSED].lead,
    "come-back-when-open": texts.NEXT_STEPS[NextStep.COME_BACK_WHEN_OPEN],
    "full-title": REFUSALS[Denial.FULL].title,
    "full": REFUSALS[Denial.FULL].lead,
    "come-back-later": texts.NEXT_STEPS[NextStep.COME_BACK_LATER],
    "come-back-or-ring": texts.NEXT_STEPS[NextStep.COME_BACK_OR_RING],
    "membership-grace": texts.NOTICES[NoticeKind.MEMBERSHIP_GRACE],
    "cap-reached": texts.NOTICES[NoticeKind.CAP_REACHED],
    "last-prepaid-day": texts.NOTICES[NoticeKind.LAST_PREPAID_DAY],
    "last-out": CARDS[CardKind.LAST_OUT].lines[0],
    "host-phone": CARDS[CardKind.RUNG].lines[0],
    "who-else": CARDS[CardKind.RUNG_LATER].lines[0],
    "statutes": CARDS[CardKind.JOIN_RULES].lines[0],
    "house-rules": CARDS[CardKind.JOIN_RULES].lines[1],
    "busy": texts.NOTICES[NoticeKind.FULL],
}


def longest(code: str) -> int:
    """Return how many characters fit in place of a text: titles and the words of one day have a limit of their own; any
    other text may be somewhat longer than the longer of its two languages.
    """
    if code.endswith("-title"):
        return LONGEST_TITLE
    if code in (HOST, ON):
        return LONGEST_OF_TODAY
    ours = TEXTS[code]
    return max(SHORTEST_ROOM, int(ROOM * max(len(ours.fr), len(ours.en))))


def cleaned(code: str, words: str) -> str:
    """Return own words for a text in one language, as they are stored: on one line, with typographic apostrophes.
    Raises Problem `wording` where they are empty or too long, have signs of HTML, or lack a value like {day}.
    """
    folded = " ".join(words.split()).replace("'", "’")
    if not folded or not folded.isprintable() or re.search(r"[<>]", folded):
        raise Problem("wording", "words that can be printed, without < and >")
    if len(folded) > longest(code):
        raise Problem("wording", "at most {longest} characters", longest=longest(code))
    values = set(_VALUES.findall(TEXTS[code].fr))
    if sorted(_VALUES.findall(folded)) != sorted(values) or re.search(r"[{}]", _VALUES.sub("", folded)):
        named = ", ".join(f"{{{name}}}" for name in sorted(values)) or "no {}"
        raise Problem("wording", "exactly once: {places}", places=named)
    return folded


def speak(own: Mapping[str, Names]) -> None:
    """Have the screen say these texts in own words from now on, and all others as shipped. Words against the rules are
    ignored.
    """
    reworded = {}
    for code, words in own.items():
        if code in TEXTS:
            try:
                reworded[TEXTS[code]] = Names({name: cleaned(code, text) for name, text in words.by_language.items()})
            except Problem:
                continue
    language_texts.own.clear()
    language_texts.own.update(reworded)
