"""`badges`: who holds which, what one is worth, and whether an address that one wrote proves itself."""

import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from kiosk import home
from kiosk.cli.arguments import Uid, answer, json_option
from kiosk.cli.open_office import office
from kiosk.domain.badges import products, sun
from kiosk.domain.badges.products import Product, Proof, Proving, Worth
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.home import Paths
from kiosk.store.members import members as store_members

_LONGEST_KEY = 100
_UNREAD = "not read"
_TOO_EARLY = "it left before it was read: leave the badge there a moment"
_WORTH = {
    Worth.PROVES: "cannot be forged: it opens with its proof only",
    Worth.COPYABLE: "can be copied with a telephone",
    Worth.CAN_PROVE: "cannot be forged, but the door reads its number only, which can be copied with a telephone",
    Worth.CHANGES: "its number changes each time: take a card or a tag",
}


class AesKey(click.ParamType[bytes]):
    """A key of 16 bytes in hexadecimal digits; `@FILE` for one that stands there, `-` for the next line of input."""

    name = "hex"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """Fails without repeating what was typed: it may be most of a key."""
        if isinstance(value, bytes):
            return value
        try:
            key = bytes.fromhex(_written(str(value)))
        except OSError as fault:
            self.fail(f"{str(value)[1:]} cannot be read: {fault.strerror}", param, ctx)
        except ValueError:
            key = b""
        if len(key) != sun.KEY_BYTES:
            self.fail(f"a key has {2 * sun.KEY_BYTES} hexadecimal digits", param, ctx)
        return key


def _written(text: str) -> str:
    if text == "-":
        return sys.stdin.readline(_LONGEST_KEY)
    if not text.startswith("@"):
        return text
    with Path(text[1:]).open(encoding="ascii", errors="replace") as file:
        return file.readline(_LONGEST_KEY)


@click.group()
def badges() -> None:
    """Who holds which badge. Only a keyed hash and the last two bytes are stored."""


@badges.command("add")
@click.argument("number", metavar="MEMBER", type=int)
@click.argument("uid", type=Uid())
@json_option
@click.pass_obj
def add_badge(root: Path, number: int, uid: BadgeRead, as_json: bool) -> None:
    """Give a badge to a member. A UID can be copied: it says who, and proves nothing."""
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
    """Declare a badge lost: it opens nothing any more."""
    with office(root) as desk:
        desk.enrolment.lose_badge(uid)
    answer(as_json, {"tail": uid.tail}, f"badge …{uid.tail} is declared lost and opens nothing any more")


@badges.command("list")
@json_option
@click.pass_obj
def list_badges(root: Path, as_json: bool) -> None:
    """Every badge, by member."""
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            rows = store_members.badges(connection)
        desk.log("read-list", None, "badges")
    names = ("member", "name", "tail", "given", "lost", "product", "proof")
    facts = [dict(zip(names, row, strict=True)) for row in rows]
    words = [_line(*row[:6]) for row in rows]
    active = [(row[5] or _UNREAD, row[6] or Proof.NONE.value) for row in rows if row[4] is None]
    counted = Counter(product for product, _ in active)
    kinds = sorted(Counter(active).items())
    words += [f"{count:>5}  {product}, {_WORTH[_worth(product, proof)]}" for (product, proof), count in kinds]
    answer(as_json, {"badges": facts, "products": counted}, "\n".join(words) or "no badges yet: kiosk badges add")


def _line(number: int, name: str, tail: str, given_on: date, lost_on: date | None, product: str | None) -> str:
    lost = f"lost {lost_on}" if lost_on else ""
    return f"{number:>5}  {name:<30}  …{tail}  {given_on}  {product or _UNREAD:<15}  {lost}".rstrip()


def _worth(product: str, proof: str) -> Worth:
    return products.worth(next((each for each in Product if each.value == product), None), Proof(proof))


@badges.command("read")
@click.option("--seconds", type=click.FloatRange(1, 600), default=30, show_default=True, help="How long to wait.")
@json_option
@click.pass_obj
def read_badge(root: Path, seconds: float, as_json: bool) -> None:
    """What the next badge on the reader is, and what it is worth. The entrance has the reader: stop it first."""
    paths = home.find(root)
    device = home.settings(paths).reader.device
    from kiosk.devices.readers import single_badge

    with home.locked(paths):
        click.echo(f"hold a badge to the reader ({device})", err=True)
        sensed = single_badge.sense(device, seconds, lambda: click.echo(_TOO_EARLY, err=True))
    if sensed is None:
        raise AnswerIsNo("no-badge-read", f"no badge was read within {seconds:g} s: is the reader plugged in?")
    worth, shared = products.worth(sensed.product), sensed.read.is_shared
    facts: dict[str, object] = {
        "product": sensed.product.value,
        "worth": worth.value,
        "tail": sensed.read.tail,
        "bytes": len(sensed.read.uid),
        "unique": not shared,
    }
    words = f"badge …{sensed.read.tail}: {sensed.product.value}, {_WORTH[worth]}"
    if shared and worth is not Worth.CHANGES:
        words += "\nits number has 4 bytes and is given out more than once: prefer a badge of 7 bytes"
    answer(as_json, facts, words)


@badges.command("site-key")
@click.pass_obj
def site_key(root: Path) -> None:
    """Make a key of the site by which badges prove themselves. Those of before stay, for the badges that have them."""
    paths = home.find(root)
    from kiosk.checkin import proof_keys

    version = proof_keys.add(paths)
    click.echo(f"key {version} is in {paths.proof_keys}: copy that file to every other door, and seal a copy away")


@badges.command("key")
@click.argument("uid", type=Uid())
@click.option("--version", type=click.IntRange(1, 255), help="Of which key of the site; without it, the newest.")
@click.pass_obj
def badge_key(root: Path, uid: BadgeRead, version: int | None) -> None:
    """Print what key 1 of an NTAG 424 DNA must be, for the tool that writes it. It makes this badge: keep it secret."""
    chosen, key = _site_key(home.find(root), version)
    from kiosk.devices import aes
    from kiosk.domain.badges import ev2

    click.echo(f"key 1, version {chosen}", err=True)
    click.echo(ev2.badge_key(key, uid.uid, aes).hex().upper())


@badges.command("prove")
@click.option("--version", type=click.IntRange(1, 255), help="By which key of the site; without it, the newest.")
@click.option("--seconds", type=click.FloatRange(1, 600), default=30, show_default=True, help="How long to wait.")
@click.option("--try", "only_try", is_flag=True, help="Ask the badge, and demand nothing of it from now on.")
@json_option
@click.pass_obj
def prove_badge(root: Path, version: int | None, seconds: float, only_try: bool, as_json: bool) -> None:
    """Ask the badge on the reader for its proof; it opens with that alone from then on. Stop the entrance first."""
    paths = home.find(root)
    chosen, key = _site_key(paths, version)
    device = home.settings(paths).reader.device
    from kiosk.devices.readers import single_badge

    with home.locked(paths):
        click.echo(f"hold a badge to the reader ({device})", err=True)
        sensed = single_badge.sense(device, seconds, lambda: click.echo(_TOO_EARLY, err=True), key)
    if sensed is None:
        raise AnswerIsNo("no-badge-read", f"no badge was read within {seconds:g} s: is the reader plugged in?")
    if sensed.proving is not Proving.PROVEN:
        raise AnswerIsNo(
            "badge-unproven", f"badge …{sensed.read.tail} did not prove itself by key {chosen} of the site"
        )
    words, number = f"badge …{sensed.read.tail} proved itself by key {chosen} of the site", None
    if not only_try:
        with office(root) as desk:
            number = desk.enrolment.demand_proof(replace(sensed.read, proof=Proof.EV2, key_version=chosen))
            if number is not None:
                desk.log("badge-proven", number)
        nobody_s = "it is nobody's: give it to a member, then prove it again"
        words += f"; {nobody_s if number is None else f'it opens for member {number} with its proof only'}"
    answer(as_json, {"tail": sensed.read.tail, "key_version": chosen, "member": number}, words)


def _site_key(paths: Paths, version: int | None) -> tuple[int, bytes]:
    from kiosk.checkin import proof_keys

    keys = proof_keys.read(paths)
    chosen = max(keys, default=0) if version is None else version
    if chosen not in keys:
        raise RequestError(
            "no-proof-key", f"this machine has no such key for badges in {paths.proof_keys}: kiosk badges site-key"
        )
    return chosen, keys[chosen]


@badges.command("check-url")
@click.argument("url")
@click.option("--picc-key", type=AesKey(), required=True, help="SDMMetaRead: number and counter are encrypted with it.")
@click.option("--mac-key", type=AesKey(), required=True, help="SDMFileRead: the code is made with it.")
@json_option
def check_url(url: str, picc_key: bytes, mac_key: bytes, as_json: bool) -> None:
    """Whether an address that an NTAG 424 DNA wrote (SUN) proves itself. It opens no door: it may be an old one."""
    message = sun.parse(url)
    from kiosk.devices import aes  # most commands need no cipher

    proven = sun.verify(message, picc_key, mac_key, aes)
    if proven is None:
        if as_json:
            answer(as_json, {"valid": False, "uid": None, "counter": None}, "")
        raise AnswerIsNo("sun-invalid", "the code does not fit: another chip, other keys, or a changed address")
    uid = proven.uid.hex().upper()
    counted = "without a counter" if proven.counter is None else f"reading number {proven.counter}"
    answer(as_json, {"valid": True, "uid": uid, "counter": proven.counter}, f"valid: badge {uid}, {counted}")
