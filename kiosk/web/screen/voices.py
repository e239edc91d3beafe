"""Chooses what the screen says aloud: a verdict after its tone, with "Aa" each button and page; never a name or a sum.

The sentences are fixed, so the queue hears the same for every tariff. A choice that a page makes of names and sums is
called by its place ("Choice 2"). The recordings lie in `spoken/`, made by `scripts/voice`; a language without
recordings has only its tones.
"""

import wave
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs.lists import ACTS, CARDS
from kiosk.domain.checkin.choices import TYPED, Act
from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Filled, Text
from kiosk.web.screen import texts

FOLDER: Final = Path(__file__).parent / "spoken"
_PAGES: Final = frozenset(kind.value for kind in CardKind)  # codes of faces that are a card
# Codes of acts that have a button of their own.
_ACTS: Final = frozenset(act.value for act, spec in ACTS.items() if spec.label is not None)
PLACES: Final = 12  # choices of a page that are called by their place
_PLACE: Final = Text("Choix {place}", "Choice {place}")
_WAITS: Final = Text("Une personne attend votre accord", "Someone is waiting for your answer")
VERDICTS: Final[Mapping[str, Text]] = {
    "open": common.DOOR_IS_OPEN,
    "undone": Text("C’est annulé.", "Undone."),
    "step": Text("Une étape avant d’entrer. Regardez l’écran.", "One step before you come in. Look at the screen."),
    "refused": Text("La porte ne s’ouvre pas. Regardez l’écran.", "The door does not open. Look at the screen."),
}


def _fixed() -> Iterator[tuple[str, Text]]:
    """Yield the sentences for buttons and pages that have the same words for everyone, each with its name."""
    yield (
        "on",
        Text(
            "La voix est là. Touchez un bouton : il se nomme. Touchez-le encore : il agit.",
            "Voice is on. Touch a button to hear its name. Touch it again to use it.",
        ),
    )
    yield "close", texts.CLOSE
    yield "stay", texts.I_AM_HERE
    yield "language", Text("Une autre langue", "Another language")
    yield "waits", _WAITS
    yield "prices", texts.PRICES
    yield from (
        (f"act-{act.value}", spec.label) for act, spec in ACTS.items() if spec.label is not None and act not in TYPED
    )
    yield from ((f"aids-{step.value}", words) for step, words in texts.AIDS.items())
    yield from ((f"page-{kind.value}", spec.title) for kind, spec in CARDS.items() if spec.sound is None)


def of_place(place: int) -> str:
    """Return the name of the sentence for a page's own choice, by its place; an empty text beyond `PLACES`."""
    return f"choice-{place + 1}" if place < PLACES else ""


def _listed() -> Iterator[tuple[str, Text | Filled]]:
    """Yield every sentence with its name: verdicts, buttons and pages, and choices by their place."""
    yield from VERDICTS.items()
    yield from ((name, text) for name, text in _fixed() if "{" not in text.fr)  # none with a name or a sum in it
    yield from ((of_place(place), _PLACE.of(place=place + 1)) for place in range(PLACES))


# Each sentence once: the same words under several names are recorded under the first of them.
_NAMES: Final[Mapping[Text | Filled, str]] = {text: name for name, text in reversed(list(_listed()))}
SENTENCES: Final[Mapping[str, Text | Filled]] = {name: text for text, name in _NAMES.items()}


def of_act(act: str, label: str, language: Language) -> str:
    """Return the name of the sentence for a button: for "Close", or for its act's usual words. Returns an empty text
    where its `label` is neither, because the words are this page's own, and were not recorded.
    """
    if act == Act.WAITS:
        return "waits"
    words = [texts.CLOSE, *([ACTS[Act(act)].words] if act in _ACTS else [])]
    return next((_NAMES.get(text, "") for text in words if text.to(language) == label), "")


def of_page(code: str) -> str:
    """Return the name of the sentence that says a page's title; an empty text where it has a tone, or a name in its
    title, and for a state that is no card.
    """
    return _NAMES.get(CARDS[CardKind(code)].title, "") if code in _PAGES else ""


def path(language: Language, sentence: str) -> Path:
    """Return where a sentence's recording lies."""
    return FOLDER / language / f"{sentence}.wav"


def speaks(language: Language) -> bool:
    """Tell whether there are recordings in a language."""
    return path(language, "open").is_file()


@lru_cache(maxsize=16)
def recording(sentence: str, language: Language) -> bytes:
    """Return a sentence's recording as 8-bit samples at the tones' rate, 128 being silence. Raises OSError where it is
    missing.
    """
    with wave.open(str(path(language, sentence))) as file:
        samples: bytes = file.readframes(file.getnframes())
    return samples
