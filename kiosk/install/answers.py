"""Asks the few questions that only people can answer, on a terminal or from a file, and checks both by the same rules.

The answers are stored in /etc/kiosk/install.toml, so that a further run asks nothing. Each kind of lock (`locks.KINDS`)
has options of its own, which are asked for under `lock_` and the option's key.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from kiosk.domain.copies import age_words
from kiosk.domain.devices import locks, readers
from kiosk.errors import RequestError
from kiosk.install.words import Words

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_YES, _NO = ("oui", "o", "yes", "y", "true"), ("non", "n", "no", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers that the installer works by. Each field's name is its key in the file; its default is what Enter
    means.
    """

    home: str = "real"  # or "training"
    reader: str = "tty:nfcreader:pn532"
    lock: str = locks.RELAY
    lock_address: str = ""  # of a lock that is no relay
    lock_device: str = ""  # the lock's own number, for a kind that has one
    lock_user: str = ""  # the kiosk's user name at the lock's broker
    relay_pin: int = 17  # BCM number
    relay_active_high: bool = True  # whether the high level releases the lock
    host: str = ""  # the name by which the network reaches the desk
    display: bool = True  # whether a touchscreen is connected
    spool: str = ""  # a folder on a second medium, where taps wait while the first cannot be written
    recipient: str = ""  # age's public key that backups are encrypted for
    tariffs: str = ""  # a file of first rules, or a training home to copy them from

    @property
    def is_simulated(self) -> bool:
        """Return whether reader and door are simulated, as only a training home's may be."""
        return readers.is_simulated(self.reader)

    @property
    def has_relay(self) -> bool:
        """Return whether a pin of this machine opens the door."""
        return not self.is_simulated and self.lock == locks.RELAY


def read(path: Path, words: Words) -> Answers:
    """Return the answers in a file; a key that is missing there has its default. Raises RequestError `answers`, which
    names everything wrong in it.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        raise RequestError("answers", f"{path}: {fault.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise RequestError("answers", f"{path}: {fault}") from None
    # An answer about the lock that the file lacks counts as empty, which is refused where the lock needs it.
    problems = wrong({"lock_address": "", "lock_device": "", **document}, words)
    if problems:
        raise RequestError("answers", f"{path}: {'; '.join(problems)}")
    return Answers(**document)


def ask(prompt: Callable[[str], str], tell: Callable[[str], None], words: Words) -> Answers:
    """Ask each question that concerns this machine until its answer can be used, and return the answers; what was not
    asked has its default. Enter alone takes the value in brackets.
    """
    given: dict[str, object] = {}
    for field in fields(Answers):
        if not _is_asked(field.name, given):
            continue
        while True:
            usual = _default(field.name, given)
            tell("\n" + _question(field.name, given, words))
            typed = prompt(f"  {field.name} [{_in_words(usual, words)}]: ").strip()
            value = usual if not typed else _parsed(typed, usual)
            problems = wrong({**given, field.name: value}, words)
            if not problems:
                given[field.name] = value
                break
            tell(f"  {'; '.join(problems)}")
    return Answers(**given)  # type: ignore[arg-type]  # `wrong` has looked at each


def dump(answers: Answers) -> str:
    """Return the answers as a file that `read` takes."""
    # A JSON string, number or truth value is one of TOML, too.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in asdict(answers).items()]
    return "\n".join(["# What scripts/install was told. Another run reads it and asks nothing.", *lines, ""])


def wrong(given: Mapping[str, object], words: Words) -> list[str]:
    """Return a sentence for everything wrong with these answers, which need not be all: unknown keys, types, values;
    and only where these are right, what does not go together.
    """
    known = {field.name: type(field.default) for field in fields(Answers)}
    problems = [words("unknown-key", key=key, known=", ".join(known)) for key in given if key not in known]
    for key, value in given.items():
        if key not in known:
            continue
        if type(value) is not known[key]:
            problems.append(words("wrong-kind", key=key, value=value, kind=words(f"kind-{known[key].__name__}")))
        elif not _RULES[key](value):
            problems.append(_refusal(key, value, words))
    if not problems and given.get("home") == "real" and readers.is_simulated(str(given.get("reader", ""))):
        problems.append(words("real-wants-reader", forms=readers.forms(simulated=False)))
    return problems or _of_lock(given, words)


def _of_lock(given: Mapping[str, object], words: Words) -> list[str]:
    """Return what is wrong with the address and the options given for the chosen lock; a relay takes no address."""
    kind, address = locks.KINDS[str(given.get("lock", locks.RELAY))], str(given.get("lock_address", ""))
    problems = []
    if "lock_address" in given and not locks.is_address(kind.name, address):
        problems.append(words("wrong-lock_address", value=address))
    for option in kind.options:
        option_answer = given.get(f"{_LOCK}{option.key}")
        if option_answer is not None and not option.is_valid(str(option_answer)):
            problems.append(_refusal(f"{_LOCK}{option.key}", option_answer, words))
    return problems


def _question(key: str, given: Mapping[str, object], words: Words) -> str:
    """Return the text of a question: the chosen lock's own words for one of its options, else ours; for readers and
    locks followed by a line about each kind.
    """
    own = _option(key, given)
    if own is not None and own.asked is not None:
        return words.of(own.asked)
    of_kinds = {"reader": [each.asked for each in readers.KINDS], "lock": [each.asked for each in locks.KINDS.values()]}
    return "\n  ".join([words(f"ask-{key}"), *map(words.of, of_kinds.get(key, ()))])


def _option(key: str, given: Mapping[str, object]) -> locks.Option | None:
    """Return the option of the chosen lock that an answer's key stands for; None where it stands for none."""
    kind = locks.KINDS.get(str(given.get("lock", locks.RELAY)))
    return kind.asks(key.removeprefix(_LOCK)) if kind is not None and key.startswith(_LOCK) else None


def _refusal(key: str, answer: object, words: Words) -> str:
    """Return why an answer is refused: in the words of the lock that asks for it, or by the question's own text."""
    known = {"reader": readers.forms(), "lock": locks.known()}.get(key)
    if key.startswith(_LOCK):
        own = (kind.asks(key.removeprefix(_LOCK)) for kind in locks.KINDS.values())
        for refused in (option.refused for option in own if option is not None):
            if refused is not None:
                return words.of(refused, value=answer)
    return words(f"wrong-{key}", value=answer, known=known)


def _is_asked(key: str, given: Mapping[str, object]) -> bool:
    """Return whether a question concerns the machine that the answers so far describe."""
    if key != "lock" and key not in _PINS and not key.startswith(_LOCK):
        return True
    if readers.is_simulated(str(given["reader"])):
        return False
    if key == "lock":
        return True
    if key in _PINS or key == "lock_address":  # a lock without an address is on a pin
        return (locks.KINDS[str(given["lock"])].address is None) == (key in _PINS)
    return _option(key, given) is not None


def _fits_a_lock(key: str, answer: str) -> bool:
    """Tell whether any kind of lock has the option `key` and accepts this answer; `_of_lock` checks the chosen kind."""
    options = (option for kind in locks.KINDS.values() if (option := kind.asks(key)))
    return any(option.is_valid(answer) for option in options)


def _is_second_medium(path: object) -> bool:
    """Tell whether an answer is empty, or an existing folder (absolute path) on another file system than /var/lib."""
    folder = Path(str(path))
    if not str(path):
        return True
    return folder.is_absolute() and folder.is_dir() and folder.stat().st_dev != Path("/var/lib").stat().st_dev


def _has_first_rules(path: Path) -> bool:
    """Return whether a home may take its first rules from this path: a file of rules, or a training home."""
    return path.is_absolute() and (path.is_file() or (path / "kiosk.toml").is_file())


_RULES: dict[str, Callable[[object], bool]] = {
    "home": lambda value: value in ("real", "training"),
    "reader": lambda value: readers.is_whole(str(value)),
    "lock": lambda value: value in locks.KINDS,
    "lock_address": lambda _value: True,  # with its kind: `_of_lock`
    "lock_device": lambda value: value == "" or _fits_a_lock("device", str(value)),
    "lock_user": lambda value: re.fullmatch(r"[\w.@-]{0,64}", str(value)) is not None,
    "relay_pin": lambda value: isinstance(value, int) and 0 <= value <= 27,
    "relay_active_high": lambda _value: True,
    "host": lambda value: value == "" or _HOST.fullmatch(str(value)) is not None,
    "display": lambda _value: True,
    "spool": _is_second_medium,
    "recipient": lambda value: value == "" or age_words.is_recipient(str(value)),
    "tariffs": lambda value: value == "" or _has_first_rules(Path(str(value))),
}
_PINS = ("relay_pin", "relay_active_high")
_LOCK = "lock_"


def _default(key: str, given: Mapping[str, object]) -> object:
    """Return the answer that Enter alone gives: the field's default, or in a training home a simulated reader."""
    if key == "reader" and given.get("home") == "training":
        return readers.SIMULATED
    return next(field.default for field in fields(Answers) if field.name == key)


def _parsed(typed: str, usual: object) -> object:
    """Return what was typed as the kind of value that the default has; "-" stands for an empty text. Text that does not
    fit stays text, and is refused later.
    """
    if isinstance(usual, bool):
        return True if typed.lower() in _YES else False if typed.lower() in _NO else typed
    if isinstance(usual, int):
        return int(typed) if typed.isdecimal() else typed
    return "" if typed == "-" else typed


def _in_words(value: object, words: Words) -> str:
    """Return an answer in words, as the question shows the usual one."""
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    return str(value) or words("none")
