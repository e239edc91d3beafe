"""The command `badges`: gives, lists and reads badges, tells how much each kind proves, and checks addresses that one
wrote.
"""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from kiosk import home
from kiosk.cli.arguments import Uid, answer, json_option
from kiosk.cli.members import badge_keys
from kiosk.cli.members.badge_keys import written_key
from kiosk.cli.open_office import office
from kiosk.domain.badges import products, sun
from kiosk.domain.badges.products import Product, Worth
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import AnswerIsNo
from kiosk.language import badge_words
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.store.members import badge_rows, chip_rows
from kiosk.store.members import members as store_members

_UNREAD = "not read"  # in the counts: badges whose chip was never asked for its kind
_HALF = Text(
    "badge …{tail}, {name} : ses clés sont à moitié écrites ; lancez kiosk badges write et remettez-le sur le lecteur",
    "badge …{tail}, {name}: its keys are half written; run kiosk badges write and put it back on the reader",
)
_HALF_NEW = Text(
    "badges sans titulaire à remettre sur le lecteur, car leurs clés sont à moitié écrites : {n}",
    "badges without a member to put back on the reader, because their keys are half written: {n}",
)
_BY_KEY = Text("vérifiés avec la clé du site, version {version}", "verified with the site’s key, version {version}")


class AesKey(click.ParamType[bytes]):
    """A key of 16 bytes in hexadecimal digits; `@FILE` to read a file, `-` to read a line of input."""

    name = "hex"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Return the key, or fail without repeating what was typed: it may be most of a key."""
        if isinstance(value, bytes):
            return value
        try:
            key = bytes.fromhex(written_key(str(value)))
        except OSError as fault:
            self.fail(f"{str(value)[1:]} cannot be read: {fault.strerror}", param, ctx)
        except ValueError:
            key = b""
        if len(key) != sun.KEY_BYTES:
            self.fail(f"a key has {2 * sun.KEY_BYTES} hexadecimal digits", param, ctx)
        return key


@click.group()
def badges() -> None:
    """Members' badges. Only a keyed hash and the last two bytes are stored."""


@badges.command("add")
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("uid", type=Uid())
@json_option
@click.pass_obj
def add_badge(root: Path, number: int, uid: BadgeRead, as_json: bool) -> None:
    """Give a badge to a member. A UID can be copied: it identifies a member but proves nothing."""
    with office(root) as desk:
        desk.enrolment.give_badge(number, uid)
    words = f"badge …{uid.tail} is member {number}'s"
    if uid.is_shared:
        words += "\na number of 4 bytes is given out more than once: prefer a badge of 7 bytes"
    answer(as_json, {"member": number, "tail": uid.tail, "unique": not uid.is_shared}, words)


@badges.command()
@click.argument("uid", type=Uid())
@json_option
@click.pass_obj
def lost(root: Path, uid: BadgeRead, as_json: bool) -> None:
    """Declare a badge lost: it no longer opens the door."""
    with office(root) as desk:
        desk.enrolment.lose_badge(uid)
    answer(as_json, {"tail": uid.tail}, f"badge …{uid.tail} is declared lost and opens nothing any more")


@badges.command("list")
@json_option
@click.pass_obj
def list_badges(root: Path, as_json: bool) -> None:
    """List every badge by member; then, for each kind of badge, how many open and how well they prove themselves; then
    badges with half-written keys.
    """
    with office(root, writes=False) as desk:  # the line in its log needs no trusted clock
        with desk.home.store.reading() as connection:
            rows = store_members.badges(connection)
            versions = badge_rows.by_version(connection)
            half, half_new = chip_rows.half_written(connection)
        desk.log("read-list", None, "badges")
        language = desk.home.config.language
    names = ("member", "name", "tail", "given", "lost", "product", "proof")
    facts = [dict(zip(names, row, strict=True)) for row in rows]
    words = [_line(*row[:-1], language) for row in rows]  # without the proof
    active = Counter((product, proof) for *_, lost_on, product, proof in rows if lost_on is None)
    counted = Counter({product or _UNREAD: 0 for product, _ in active})
    for (product, _), count in active.items():
        counted[product or _UNREAD] += count
    words += sorted(
        f"{count:>5}  {badge_words.product(product, language)}, {_worth(product, proof, language)}"
        for (product, proof), count in active.items()
    )
    words += [f"{count:>5}  {_BY_KEY.to(language, version=version)}" for version, count in versions.items()]
    words += [_HALF.to(language, name=each.name, tail=each.tail) for each in half]
    words += [_HALF_NEW.to(language, n=half_new)] if half_new else []
    as_facts: dict[str, object] = {
        "badges": facts,
        "products": counted,
        "key_versions": versions,
        "half_written": [{"member": each.number, "name": each.name, "tail": each.tail} for each in half],
        "half_written_of_none": half_new,
    }
    answer(as_json, as_facts, "\n".join(words) or "no badges yet: kiosk badges add")


def _line(
    number: int, name: str, tail: str, given_on: date, lost_on: date | None, product: str | None, language: Language
) -> str:
    """Return a badge as a line for people."""
    lost = f"lost {lost_on}" if lost_on else ""
    kind = badge_words.product(product, language)
    return f"{number:>5}  {name:<30}  …{tail}  {given_on}  {kind:<17}  {lost}".rstrip()


def _worth(product: str | None, proof: str | None, language: Language) -> str:
    """Return in words how well a kind of badge proves itself."""
    return badge_words.WORTH[products.worth_of(product, proof).value].to(language)


@badges.command("read")
@click.option("--seconds", type=click.FloatRange(1, 600), default=30, show_default=True, help="How long to wait.")
@json_option
@click.pass_obj
def read_badge(root: Path, seconds: float, as_json: bool) -> None:
    """Read the next badge, and show its kind and how well it proves itself. Stop the entrance first: it holds the
    reader.
    """
    paths = home.find(root)
    with home.locked(paths), office(root, writes=False) as desk:
        # the function is called while the badge lies on the reader, and its answer is returned
        read, product = badge_keys.sensed(paths, seconds, lambda _reader, _read, product: product)
        with desk.home.store.reading() as connection:
            proof = badge_rows.proof(connection, badge_keys.marks(desk, read))
        language = desk.home.config.language
    if not isinstance(product, Product):
        raise TypeError("a reader says what a badge is")
    worth, shared = products.worth_of(product.value, proof), read.is_shared
    facts: dict[str, object] = {
        "product": product.value,
        "worth": worth.value,
        "tail": read.tail,
        "bytes": len(read.uid),
        "unique": not shared,
    }
    kind = badge_words.product(product.value, language)
    words = f"badge …{read.tail}: {kind}, {_worth(product.value, proof, language)}"
    if shared and worth is not Worth.CHANGES:
        words += f"\n{badge_words.NOT_UNIQUE.to(language)}"
    answer(as_json, facts, words)


@badges.command("check-url")
@click.argument("url")
@click.option("--picc-key", type=AesKey(), required=True, help="SDMMetaRead key: encrypts number and counter.")
@click.option("--mac-key", type=AesKey(), required=True, help="SDMFileRead key: makes the code.")
@json_option
def check_url(url: str, picc_key: bytes, mac_key: bytes, as_json: bool) -> None:
    """Check an address written by an NTAG 424 DNA (SUN). It opens no door: it may be a replay."""
    message = sun.parse(url)
    from kiosk.devices import aes  # most commands need no cipher

    proven = sun.verify(message, picc_key, mac_key, aes)
    if proven is None:
        if as_json:
            answer(as_json, {"valid": False, "uid": None, "counter": None}, "")
        raise AnswerIsNo("sun-invalid", "the code does not match: another chip, other keys, or a changed address")
    uid = proven.uid.hex().upper()
    counted = "without a counter" if proven.counter is None else f"reading number {proven.counter}"
    answer(as_json, {"valid": True, "uid": uid, "counter": proven.counter}, f"valid: badge {uid}, {counted}")


badges.add_command(badge_keys.site_key)
badges.add_command(badge_keys.maker_key)
badges.add_command(badge_keys.write)
badges.add_command(badge_keys.lend)
badges.add_command(badge_keys.end_lend)
badges.add_command(badge_keys.prove)
