"""The command `online`: lists members' online payments, lets an officer decide uncertain ones, and stores the secret of
the HelloAsso key.
"""

import sys
from pathlib import Path

import click

from kiosk import home, keys
from kiosk.cli.arguments import answer, json_option
from kiosk.cli.open_office import ACTOR, office
from kiosk.domain import amounts
from kiosk.domain.money.online import State
from kiosk.errors import RequestError
from kiosk.money.online import entering
from kiosk.money.online.entering import Booking
from kiosk.store.money import online_rows

LONGEST_SECRET = 200  # characters, and 8 at least
MOST = 200  # payments that are listed


@click.group()
def online() -> None:
    """Payments that members make online at HelloAsso."""


@online.command(name="list")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only payments in this state.")
@json_option
@click.pass_obj
def list_payments(root: Path, state: str | None, as_json: bool) -> None:
    """List the latest payments, newest first."""
    with office(root, writes=False) as desk:
        with desk.home.store.reading() as connection:
            payments = online_rows.page(connection, state or "", MOST, 0)
        desk.log("read-list", None, "online payments")
    facts = [
        {
            "payment": payment.id,
            "state": payment.state.value,
            "amount": amounts.plain(payment.cents),
            "member": payment.member_number,
            "helloasso": payment.payment,
            "why": payment.why,
            "entry": payment.entry,
        }
        for payment in payments
    ]
    lines = [
        f"payment {payment.id}: {amounts.plain(payment.cents)}, member {payment.member_number}, {payment.state.value}"
        f"{f' ({payment.why.value})' if payment.why else ''}{f', entry {payment.entry}' if payment.entry else ''}"
        for payment in payments
    ]
    answer(as_json, {"payments": facts}, "\n".join(lines) or "no online payments")


@online.command()
@click.argument("payment", type=int)
@click.argument("word", type=click.Choice(("counts", "does-not")))
@json_option
@click.pass_obj
def decide(root: Path, payment: int, word: str, as_json: bool) -> None:
    """Decide an uncertain PAYMENT: `counts` enters it on the account, `does-not` drops it."""
    with office(root) as desk, desk.home.store.writing() as connection:
        moment = desk.rules.at(connection, desk.clock.now())[1]
        booking = Booking(connection, desk.home.seal, moment, ACTOR)
        decided = entering.decide(booking, payment, is_here=word == "counts")
    facts: dict[str, object] = {"payment": payment, "state": decided.state.value, "entry": decided.entry}
    answer(as_json, facts, f"payment {payment}: {decided.state.value}")


@online.command()
@json_option
@click.pass_obj
def secret(root: Path, as_json: bool) -> None:
    """Store the secret of the association's key at HelloAsso, typed without being shown, or from a pipe.

    It is stored in keys/outside/helloasso, which only the program that calls the internet reads.
    """
    paths = home.find(root)
    settings = home.settings(paths)
    if not settings.pays_online(training=False):  # asked as of a real home: a training home may store a secret, too
        raise RequestError("online-off", "name [online] organisation and client, and pages.address by HTTPS")
    typed = click.prompt("secret", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    word = str(typed).strip()
    if not (word.isascii() and word.isprintable() and 8 <= len(word) <= LONGEST_SECRET and " " not in word):
        raise RequestError("online-secret", "the secret is one word, as HelloAsso shows it", field="secret")
    keys.hand_word(paths.online_secret, word)  # to the program that calls the internet, which owns that folder
    paths.online_token.unlink(missing_ok=True)  # it was given for the former secret
    answer(as_json, {"kept": True}, "kept: what calls outwards uses it from now on")
