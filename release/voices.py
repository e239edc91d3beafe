"""Makes the recordings of the screen's voice by espeak-ng, and the list of what each of them says.

Run it after a sentence changed or a language was added, listen to the recordings, and commit them. The programs play
these files: neither they nor an installation need the synthesiser. Its licence (GPL-3) covers the synthesiser itself,
not its speech.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import wave
from array import array
from pathlib import Path
from typing import Final

from kiosk.language.catalogues import Language, offered
from kiosk.web.screen import tones, voices

LOCK: Final = voices.FOLDER / "spoken.lock"
_VOICES: Final = {"en": "en-gb"}  # where the synthesiser has another name for a language
_WORDS_A_MINUTE: Final = "145"
_QUIET: Final = 600  # of 32,767: silence before and after the sentence
_LOUDEST: Final = 120  # of 127


def main() -> int:
    """Record every sentence in every language that is offered, and return the exit status."""
    if shutil.which("espeak-ng") is None:
        print("scripts/voice: needs the synthesiser: sudo apt-get install espeak-ng", file=sys.stderr)
        return 3
    shutil.rmtree(voices.FOLDER, ignore_errors=True)
    lines = ["# What the recordings say, each by its file: made by scripts/voice."]
    for language in offered():
        for name, text in voices.SENTENCES.items():
            said, target = text.to(language), voices.path(language, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, _small(_spoken(language, said)))
            sha256 = hashlib.sha256(target.read_bytes()).hexdigest()
            lines.append(f'\n[{language}.{name}]\nsays = "{said}"\nsha256 = "{sha256}"')
            print(f"{target.name} in {language}: {said}")
    LOCK.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


def _spoken(language: Language, text: str) -> "array[int]":
    """Return the synthesiser's samples of a text, at twice the tones' rate."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "said.wav"
        voice = _VOICES.get(language, language)
        subprocess.run(["espeak-ng", "-v", voice, "-s", _WORDS_A_MINUTE, "-w", file, text.replace("·", "")], check=True)
        with wave.open(str(file)) as said:
            if said.getframerate() != 2 * tones.RATE:
                sys.exit(f"scripts/voice: the synthesiser speaks at {said.getframerate()} Hz, not {2 * tones.RATE}")
            return array("h", said.readframes(said.getnframes()))


def _small(samples: "array[int]") -> bytes:
    """Return half as many samples of 8 bits, from the first sound to the last, with all sentences equally loud."""
    halved = [(one + other) // 2 for one, other in zip(samples[::2], samples[1::2], strict=False)]
    heard = [at for at, sample in enumerate(halved) if abs(sample) > _QUIET]
    kept = halved[heard[0] : heard[-1] + 1]
    loudest = max(map(abs, kept))
    return bytes(128 + round(sample * _LOUDEST / loudest) for sample in kept)


def _write(target: Path, samples: bytes) -> None:
    with wave.open(str(target), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(tones.RATE)
        out.writeframes(samples)


if __name__ == "__main__":
    sys.exit(main())
