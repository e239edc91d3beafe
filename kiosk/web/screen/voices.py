"""Speaks a verdict after its tone, where the screen has a voice: four sentences in each language, and never a name.

They say no more than the light does: whoever stands behind in the queue hears the same for every tariff. The recordings
lie in `spoken/`, made by `scripts/voice`; a language without any keeps its tones.
"""

import wave
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

FOLDER: Final = Path(__file__).parent / "spoken"
SENTENCES: Final[Mapping[str, Text]] = {
    "open": common.DOOR_IS_OPEN,
    "undone": Text("C’est annulé.", "It is undone."),
    "step": Text("Une étape avant d’entrer. Regardez l’écran.", "One step before you come in. Look at the screen."),
    "refused": Text("La porte ne s’ouvre pas. Regardez l’écran.", "The door does not open. Look at the screen."),
}


def path(language: Language, sentence: str) -> Path:
    """Where a sentence's recording lies."""
    return FOLDER / language / f"{sentence}.wav"


def speaks(language: Language) -> bool:
    """Whether there are recordings in a language."""
    return path(language, "open").is_file()


@cache
def recording(sentence: str, language: Language) -> bytes:
    """A sentence's recording, as 8-bit samples at the tones' rate, 128 being silence. Raises OSError."""
    with wave.open(str(path(language, sentence))) as file:
        samples: bytes = file.readframes(file.getnframes())
    return samples
