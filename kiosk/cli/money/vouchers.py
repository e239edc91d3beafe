"""The command `vouchers`: sells voucher pools to organisations, names members for them, and banks days that members
earned.

A pool, called "envelope" in answers, is days that an organisation bought together; a voucher names a member for whom
the pool pays. A banked day is one that a member earned, by hosting for example.
"""

from datetime import date
from pathlib import Path

import click

from kiosk.cli import act_commands
from kiosk.cli.arguments import Day, Ref, answer, json_option, new_key
from kiosk.cli.money.payments import answer_sold
from kiosk.cli.open_office import office
from kiosk.fields import OrganisationRef, ProductRef
from kiosk.money import voucher_acts
from kiosk.money.voucher_acts import NewEnvelope
from kiosk.store.members import members
from kiosk.store.money import voucher_rows


@click.group()
def vouchers() -> None:
    """Days paid for by organisations, and days earned by members."""


@vouchers.command()
@click.argument("organisation", type=Ref(OrganisationRef))
@click.argument("product", type=Ref(ProductRef))
@click.option("--on", "day", type=Day(), help="Start date; today by default.")
@json_option
@click.pass_obj
def sell(root: Path, organisation: OrganisationRef, product: ProductRef, day: date | None, as_json: bool) -> None:
    """Sell a voucher pool to an organisation; its account is charged."""
    with office(root) as desk:
        sold = voucher_acts.sell_envelope(desk, organisation, NewEnvelope(product, new_key(), day))
    answer_sold(as_json, product, sold.sale)


@vouchers.command(name="list")
@json_option
@click.pass_obj
def list_(root: Path, as_json: bool) -> None:
    """List every voucher pool, with the members its vouchers name."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        pools = [(pool, voucher_rows.of_envelope(connection, pool.id)) for pool in voucher_rows.envelopes(connection)]
    facts = [
        {
            "envelope": pool.id,
            "organisation": pool.organisation,
            "name": pool.organisation_name,
            "product": pool.product,
            "days": pool.days,
            "left": pool.days_left,
            "until": pool.expires_on,
            "vouchers": [
                {
                    "voucher": each.id,
                    "member": each.number,
                    "days": each.days,
                    "used": each.used,
                    "from": each.from_on,
                    "until": each.until_on,
                }
                for each in named
            ],
        }
        for pool, named in pools
    ]
    lines = []
    for pool, named in pools:
        until = f", until {pool.expires_on}" if pool.expires_on else ""
        lines.append(f"envelope {pool.id}: {pool.organisation_name}, {pool.days_left} of {pool.days} days left{until}")
        lines += [f"  voucher {each.id}: member {each.number}, {_days(each)}" for each in named]
    answer(as_json, {"envelopes": facts}, "\n".join(lines) or "there are no envelopes")


def _days(voucher: voucher_rows.Voucher) -> str:
    """Return how many days of a voucher are used, of how many where it has a limit, and its last day, in words."""
    own = f"{voucher.used} of {voucher.days} days used" if voucher.days is not None else f"{voucher.used} days used"
    return own + (f", until {voucher.until_on}" if voucher.until_on else "")


@vouchers.command()
@click.argument("member", type=int)
@json_option
@click.pass_obj
def show(root: Path, member: int, as_json: bool) -> None:
    """Show a member's banked days."""
    with office(root, writes=False) as desk, desk.home.store.reading() as connection:
        banked = voucher_rows.banked(connection, members.by_number(connection, member).id)
    facts = [
        {"banked": days.id, "days": days.days, "left": days.days_left, "until": days.expires_on, "reason": days.reason}
        | {"given_by": days.given_by}
        for days in banked
    ]
    lines = [
        f"banked days {days.id}: {days.days_left} of {days.days} left"
        + (f", until {days.expires_on}" if days.expires_on else "")
        + f" ({days.reason}, given by {days.given_by})"
        for days in banked
    ]
    answer(as_json, {"banked": facts}, "\n".join(lines) or f"member {member} banked no days")


# Each command by its name: its act, the fields of its JSON, and the sentence that it prints.
for _named in (
    ("name", voucher_acts.give_voucher, "voucher", "voucher {voucher}: envelope {envelope} is for member {member}"),
    ("end", voucher_acts.end_voucher, "member", "voucher {voucher} of member {member} is ended"),
    ("bank", voucher_acts.bank_days, "banked", "banked days {banked}: {days} for member {member}"),
    ("unbank", voucher_acts.end_banked, "member", "banked days {banked} of member {member} are ended"),
):
    act_commands.add(vouchers, *_named)
