"""Carries translations in one language's file over from a sentence to its changed words."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry

from kiosk.language import po_files


def unconfirmed(checkout: Path) -> Iterator[str]:
    """Yield, for each language of a checkout with guesses, that they have to be confirmed before a release."""
    for path in sorted((checkout / "kiosk" / "locale").glob("*.po")):
        count = sum(message.is_fuzzy for message in po_files.messages(path.read_text("utf-8")))
        if count:
            where = path.relative_to(checkout)
            yield f"{where} has guesses to be confirmed: {count} (scripts/translate --check names them)"


def named(catalog: Catalog, french: str) -> list[Entry]:
    """Return the entries with these French words, alone or as one form of a plural."""
    return [entry for entry in catalog if entry.id and french in _forms(entry)]


def carry(catalog: Catalog, ours: Catalog, old: str, new: str) -> int:
    """Give each sentence of the program with the words `new` the translation of the one with `old`, marked as a guess,
    and return how many were carried over.

    Sentences with a translation are left alone. The translation of the same context is preferred, then one that the
    program no longer uses; a plural takes a translation only from a plural. An old sentence that the program still uses
    elsewhere keeps its translation.
    """
    olds = [entry for entry in (*named(catalog, old), *_obsolete(catalog, old)) if _is_translated(entry)]
    olds.sort(key=lambda entry: ours.get(entry.id, entry.context) is not None)
    carried = [target for target in named(ours, new) if _carry_one(catalog, target, olds)]
    return len(carried)


def doubt_changed_forms(catalog: Catalog, ours: Catalog) -> None:
    """Mark a plural as a guess where its form for several has changed, since Babel recognises a plural by its first
    form.
    """
    for entry in catalog:
        now = ours.get(entry.id, entry.context) if entry.id and not isinstance(entry.id, str) else None
        if now is not None and now.id != entry.id:
            entry.flags.add("fuzzy")


def _carry_one(catalog: Catalog, target: Entry, olds: list[Entry]) -> bool:
    there = catalog.get(target.id, target.context)
    if there is not None and there.id == target.id and _is_translated(there):
        return False
    alike = [entry for entry in olds if isinstance(entry.id, str) == isinstance(target.id, str)]
    source = next((entry for entry in alike if entry.context == target.context), next(iter(alike), None))
    if source is None:
        return False
    text = source.string
    if there is not None:  # empty, or the same singular: Babel would keep it
        catalog.delete(target.id, target.context)
    catalog.add(target.id, string=text, context=target.context, flags={"fuzzy"})
    return True


def _obsolete(catalog: Catalog, french: str) -> list[Entry]:
    return [entry for entry in catalog.obsolete.values() if french in _forms(entry)]


def _forms(entry: Entry) -> tuple[str, ...]:
    return (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)


def _is_translated(entry: Entry) -> bool:
    texts = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
    return all(texts)
