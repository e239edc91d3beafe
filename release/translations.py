"""Writes the files that translators work in, one in `kiosk/locale/` for each language, and tells what one of them
lacks.

A file is keyed by the French; the English stands above each sentence as a comment. This program keeps the header: that
the file is complete, so that its language is offered; and the language's name, given when the file is begun.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import flask_security
from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from kiosk.language import po_files
from kiosk.language.catalogues import COMPLETE, NAME, OURS
from kiosk.language.po_files import values
from kiosk.web.desk.officers.security_words import SHOWN
from release import rekeying
from release.extraction import METHODS, Loose, loose

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "kiosk" / "locale"
OURS_ALONE: Final = ("kiosk/language/texts.py", "kiosk/web/desk/common/words.py")  # these pass sentences of others on
REVIEWED: Final = "X-Reviewed"  # "no", or the native speaker that has read the file, as a translator writes it
_ITS_FRENCH: Final = ("translations", "fr_FR", "LC_MESSAGES", "flask_security.po")
_WIDTH: Final = 110
BY_THE_LIBRARY: Final = ("kiosk/web/desk/officers/security_words.py", "Text(self._in(")  # `_library` has these
Key = tuple[str, str]  # context and French


def sources() -> Iterator[Path]:
    """Yield the files that have sentences for people."""
    for path in sorted((ROOT / "kiosk").rglob("*")):
        if path.suffix in METHODS and path.relative_to(ROOT).as_posix() not in OURS_ALONE:
            yield path


def all_loose() -> list[tuple[str, Loose]]:
    """Return the sentences that cannot be translated, each with its file."""
    return [
        (path.relative_to(ROOT).as_posix(), each)
        for path in sources()
        for each in loose(path.read_bytes(), is_template=path.suffix != ".py")
        if not (path.relative_to(ROOT).as_posix() == BY_THE_LIBRARY[0] and each.source.startswith(BY_THE_LIBRARY[1]))
    ]


def sentences() -> Catalog:
    """Return every sentence of the program as a catalogue. Where one French sentence has two English ones, the English
    is its context.
    """
    found: dict[str | tuple[str, ...], dict[tuple[str, ...], list[str]]] = {}
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        with path.open("rb") as file:
            for _, message, english, _ in extract(METHODS[path.suffix], file):
                places = found.setdefault(message, {}).setdefault(tuple(english), [])
                if name not in places:
                    places.append(name)
    for its_french, its_english in _library():
        found.setdefault(its_french, {}).setdefault((its_english,), [BY_THE_LIBRARY[0]])
    catalog = Catalog(fuzzy=False)
    for message, by_english in found.items():
        for said, files in by_english.items():
            context = said[0] if len(by_english) > 1 else None
            locations = [(each, 1) for each in files]
            id_ = message if isinstance(message, str) else message[:2]
            catalog.add(id_, locations=locations, auto_comments=[" / ".join(said)], context=context)
    return catalog


def _library() -> Iterator[tuple[str, str]]:
    """Yield the sentences of Flask-Security at the desk, as `security_words` looks them up: its French, and its
    English.
    """
    if BY_THE_LIBRARY[0] not in {path.relative_to(ROOT).as_posix() for path in sources()}:
        return
    with Path(flask_security.__file__).parent.joinpath(*_ITS_FRENCH).open("rb") as file:
        its = read_po(file)
    for english in SHOWN:
        entry = its.get(english)
        french = entry.string if entry is not None and isinstance(entry.string, str) else ""
        yield (french or english).replace("'", "’"), english


def read(code: str) -> Catalog:
    """Return the catalogue of a language's file."""
    with (FOLDER / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def name_of(code: str) -> str:
    """Return the language's own name, from its file."""
    return po_files.head((FOLDER / f"{code}.po").read_text("utf-8")).get(NAME, code)


def reviewed(code: str) -> str:
    """Return the native speaker that has read a language's file, or "no"."""
    path = FOLDER / f"{code}.po"
    return po_files.head(path.read_text("utf-8")).get(REVIEWED, "no") if path.exists() else "no"


def update(code: str, name: str) -> list[str]:
    """Write a language's file anew with its translations, and return what it lacks."""
    path = FOLDER / f"{code}.po"
    return _keep(read(code) if path.exists() else Catalog(locale=code, fuzzy=False), code, name)


def _keep(catalog: Catalog, code: str, name: str) -> list[str]:
    """Bring a catalogue up to the program's sentences, write it, and return what it lacks.

    Babel's own guesses are left out: a similar sentence may mean the opposite, and a guess is shown to people.
    """
    ours = sentences()
    rekeying.doubt_changed_forms(catalog, ours)
    catalog.update(ours, no_fuzzy_matching=True)
    lacks = problems(catalog)
    text = written(catalog, name, is_complete=not lacks, reviewed_by=reviewed(code))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{code}.po").write_text(text, "utf-8")
    return lacks


def written(catalog: Catalog, name: str, *, is_complete: bool, reviewed_by: str = "no") -> str:
    """Return a file's text, without dates or program names in its header, which would change with every run."""
    out = io.BytesIO()
    write_po(out, catalog, width=_WIDTH, include_lineno=False, omit_header=True, sort_by_file=True)
    head = {
        "Language": str(catalog.locale_identifier),
        NAME: name,
        COMPLETE: "yes" if is_complete else "no",
        REVIEWED: reviewed_by,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    lines = "".join(f'"{field}: {value}\\n"\n' for field, value in head.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n{out.getvalue().decode().strip()}\n'


def problems(catalog: Catalog) -> list[str]:
    """Return what a file lacks, a line each: sentences without a translation, and values that differ from the
    French.
    """
    return [f"{told}: {_shown(entry)}" for entry in catalog if entry.id and (told := _problem(entry))]


def guesses(catalog: Catalog) -> list[str]:
    """Return the translations that have to be confirmed before a release, a line each."""
    told = "a guess: is it right?"
    return [f"{told}: {_shown(entry)}" for entry in catalog if entry.id and entry.fuzzy and not _problem(entry)]


def _problem(entry: Entry) -> str:
    said = [text or "" for text in (entry.string if isinstance(entry.string, tuple | list) else (entry.string,))]
    if not all(said):
        return "not translated"
    if entry.fuzzy:  # it has to be confirmed for a release, not for a commit
        return ""
    wanted = [values(text) for text in (entry.id if isinstance(entry.id, tuple | list) else (entry.id,))]
    if any(values(text) not in wanted and values(text) | {"count"} not in wanted for text in said):
        return f"has not the values {', '.join(sorted(wanted[-1])) or 'none'}"
    return ""


def _shown(entry: Entry) -> str:
    text = entry.id if isinstance(entry.id, str) else entry.id[0]
    return re.sub(r"\s+", " ", text)


def stale(code: str) -> list[str]:
    """Return how a file differs from the program's sentences: those that it lacks, and those that the program no longer
    uses.
    """
    here, ours = _keys(read(code)), _keys(sentences())
    missing = [f"not in the file: {fr}" for _, fr in sorted(ours - here)]
    return missing + [f"nobody says: {fr}" for _, fr in sorted(here - ours)]


def _keys(catalog: Catalog) -> set[Key]:
    return {(entry.context or "", _shown(entry)) for entry in catalog if entry.id}


def check(code: str) -> list[str]:
    """Return what is wrong with a file: it is out of date, or claims falsely that it is complete or not."""
    catalog, said = read(code), po_files.head((FOLDER / f"{code}.po").read_text("utf-8"))
    found, lacks = stale(code), problems(catalog)
    if said.get(COMPLETE) == "yes":
        return found + lacks
    return found + ([] if lacks else ["is complete, and says that it is not"])


def _state(code: str, lines: Sequence[str]) -> str:
    """Return a file's state in a few words; one that is not marked as complete is not offered."""
    if lines:
        return f"{len(lines)} left"
    said = po_files.head((FOLDER / f"{code}.po").read_text("utf-8"))
    if said.get(COMPLETE) != "yes":
        return "in order, not complete yet: it is not offered"
    count = len(guesses(read(code)))
    return f"complete, {count} to be confirmed before a release" if count else "complete"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `python -m release.translations`, and return the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/translate", description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="change nothing; 1 where a file is not as it should be")
    parser.add_argument(
        "words",
        nargs="*",
        metavar="new CODE NAME | rekey OLD NEW",
        help="begin a language (new nl Nederlands), or carry translations over to a changed French sentence",
    )
    given = parser.parse_args(arguments)
    for file, each in all_loose():
        print(f"{file}:{each.line}: nobody can translate {each.source}", file=sys.stderr)
    if given.words[:1] == ["rekey"]:
        return _rekey(parser, given.words[1:])
    if given.words:
        return _begin(parser, given.words)
    codes = sorted(path.stem for path in FOLDER.glob("*.po"))
    told = {code: check(code) if given.check else update(code, name_of(code)) for code in codes}
    for code, lines in told.items():
        unread = "" if reviewed(code) != "no" else ", not read by a native speaker yet"
        print(f"{code}: {_state(code, lines)}{unread}")
        told_of = [*lines, *guesses(read(code))]
        print(*(f"  {line}" for line in told_of), sep="\n", end="\n" if told_of else "")
    return 1 if given.check and any(told.values()) else 0


def _rekey(parser: argparse.ArgumentParser, given: Sequence[str]) -> int:
    """Carry the translations of a changed sentence over in every language, and return 1 where no file had any."""
    if len(given) != 2:
        parser.error("what changed, as it was and as it is, in French: rekey OLD NEW")
    old, new = given
    ours, carried = sentences(), 0
    if not rekeying.named(ours, new):
        parser.error(f"the program does not say: {new}")
    for code in sorted(path.stem for path in FOLDER.glob("*.po")):
        catalog = read(code)
        count = rekeying.carry(catalog, ours, old, new)
        if count:
            _keep(catalog, code, name_of(code))
            print(f"{code}: {count} carried over, to be confirmed before a release")
        carried += count
    if not carried:
        print(f"no file translates this, or what is new is translated already: {old}", file=sys.stderr)
    return 0 if carried else 1


def _begin(parser: argparse.ArgumentParser, given: Sequence[str]) -> int:
    """Begin a file for a new language, and return the exit status."""
    if len(given) != 3 or given[0] != "new":
        parser.error("a new language has a code and a name of its own: new nl Nederlands")
    _, code, name = given
    if code in OURS or (FOLDER / f"{code}.po").exists():
        parser.error(f"there is a {code} already")
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        parser.error(f"{code} is no language that Babel can write dates in")
    print(f"kiosk/locale/{code}.po: {len(update(code, name))} sentences to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
