"""Makes the tones of verdicts, as WAV files when they are first asked for: two rising notes, one, two falling, two low.

They say what the colours say, for people that cannot see them; a screen with a voice says a sentence after them, never
a name. The volume is part of the file, because the page cannot turn a sound down.
"""

import io
import math
import wave
from array import array
from collections.abc import Iterator
from functools import cache

from kiosk.checkin.cards import Card
from kiosk.checkin.specs.rows import SOUNDS
from kiosk.language.catalogues import Language
from kiosk.web.screen import voices

RATE = 11_025  # samples a second: half of the voice's rate
_NOTE_SECONDS, _FADE_SECONDS = 0.16, 0.012
_LOW, _MIDDLE, _HIGH = 262.0, 523.25, 783.99  # hertz
TONES = {  # the notes of each tone, in order; the rows of cards name the tone that goes with their verdict
    "rising": (_MIDDLE, _HIGH),
    "one": (_HIGH,),
    "falling": (_HIGH, _MIDDLE),
    "middle": (_MIDDLE,),
    "low": (_LOW, _LOW),
}


def of_card(card: Card) -> str:
    """Return the name of a verdict's tone; an empty text for a page that makes no sound."""
    return "" if card.row.sound is None else card.row.sound.tone


@cache
def sound(tone: str, volume: int, language: Language | None = None) -> bytes:
    """Return a tone as a WAV file, at a volume from 0 to 100, followed by its sentence where a language is given.
    Raises KeyError for an unknown tone.
    """
    notes = TONES[tone]
    samples = array("h", (round(32_767 * volume / 100 * level) for note in notes for level in _levels(note)))
    if language is not None:
        samples.extend(_samples(SOUNDS[tone].says, volume, language))
    return _file(samples)


def spoken(sentence: str, volume: int, language: Language) -> bytes:
    """Return a sentence as a WAV file, at a volume from 0 to 100. Raises OSError where it is not recorded."""
    return _file(array("h", _samples(sentence, volume, language)))


def _samples(sentence: str, volume: int, language: Language) -> Iterator[int]:
    """Return a recorded sentence's samples at a volume, as 16-bit numbers."""
    return (round((sample - 128) * 256 * volume / 100) for sample in voices.recording(sentence, language))


def _file(samples: "array[int]") -> bytes:
    """Return 16-bit samples as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def _levels(hertz: float) -> Iterator[float]:
    """Yield one note, from -1 to 1, faded in and out: a sharp edge would click."""
    whole, fade = int(RATE * _NOTE_SECONDS), RATE * _FADE_SECONDS
    for sample in range(whole):
        yield min(1.0, sample / fade, (whole - sample) / fade) * math.sin(2 * math.pi * hertz * sample / RATE)
