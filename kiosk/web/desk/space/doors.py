"""Shows the doors and sites: the state of each, and what it does not know yet; adds doors by a code and revokes them;
lists taps that were recorded later and need a check.

A `fresh` view asks for the password or the passkey again where it was given a while ago. `attempt` runs a form's act:
it returns the result and no errors, or None and the errors by field.
"""

import hmac
from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk import keys
from kiosk.domain import doors as rules
from kiosk.domain.doors import Takes
from kiosk.domain.health.findings import lasting
from kiosk.health import other_doors
from kiosk.health.other_doors import OtherDoor, State
from kiosk.language.texts import Plural, Text
from kiosk.space.doors import Doors
from kiosk.store import name_rows
from kiosk.store.offline import tap_conflicts
from kiosk.store.server_facts import Replica
from kiosk.store.space import door_news, door_rows
from kiosk.store.space.door_rows import DoorRow, NewDoor
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import in_page_language, language, t

if TYPE_CHECKING:
    from kiosk.health.fleet.fleet_state import Fleet, FleetDoor

area = Blueprint("doors", __name__)
Answer = Response | str | tuple[str, int]
# The page has such a form for each door or site: their errors stand at its top.
ON_TOP = dict.fromkeys(("name", "site", "zone"), "form")
TAKES = {  # which badges a door takes
    Takes.ALL: Text("tous les badges", "every badge"),
    Takes.PERMANENTS: Text("badges des permanents seulement", "permanents’ badges only"),
}
CONFLICTS = {  # why a tap that was recorded later needs a check, by code
    "tab-over-limit": Text("l’ardoise dépassait sa limite", "the tab was over its limit"),
    "no-tab": Text("sans ardoise, et rien de payé d’avance", "no tab, and nothing paid in advance"),
    "prepaid-used": Text(
        "le carnet a été fini entre-temps : la journée est sur l’ardoise",
        "the carnet was used up in the meantime: the day is on the tab",
    ),
    "badge-lost": Text("le badge avait été déclaré perdu", "the badge had been reported lost"),
    "badge-unconfirmed": Text("le badge n’était pas confirmé", "the badge was not confirmed"),
    "badge-unproven": Text("le badge n’a pas prouvé son authenticité", "the badge could not be proven genuine"),
    "member-left": Text("l’adhésion avait pris fin", "the membership had ended"),
    "membership-over": Text("l’adhésion était à renouveler", "the membership needed renewing"),
    "no-member": Text(
        "ce badge n’est plus attribué : passage non enregistré",
        "this badge is no longer assigned to anyone: tap not recorded",
    ),
    "other-member": Text(
        "le badge est maintenant à quelqu’un d’autre : passage non enregistré",
        "the badge now belongs to someone else: tap not recorded",
    ),
    "no-date": Text("date incertaine : passage non enregistré", "the date is uncertain: tap not recorded"),
    "refused": Text(
        "passage refusé par les comptes, donc non enregistré", "the books refused the tap, so it was not recorded"
    ),
}


class Shown(Struct, frozen=True):
    """A door as the page shows it: `tone` is good, warn or bad; `unknown` are lost badges that the door does not know
    of yet.
    """

    row: DoorRow
    name: str
    site: str
    zone: str
    takes: str
    tone: str
    says: str
    build: str  # the program's version at the door
    details: str
    unknown: Sequence[tuple[str, int]]  # the end of a badge's number, and its member's number


@area.get("/doors")
@needs(May.SEE_TODAY)
def page() -> Answer:
    """Show every door and site."""
    return _page({})


@area.post("/doors/code")
@needs(May.MANAGE_USERS, fresh=True)
def give_code() -> Answer:
    """Show, this one time, a code by which another machine becomes a door within ten minutes. The same form, sent
    again, gives the same code: it is made of the desk's secret key and the form's. A site that is no
    number, or an unknown choice of badges, is answered with 400.
    """
    desk, form = office(), request.form
    site = form.get("site", "1")
    takes = form.get("takes", Takes.ALL.value)
    if not (site.isascii() and site.isdigit() and len(site) < 6 and takes in list(Takes)):
        abort(400)
    new_door = NewDoor(form.get("name", ""), int(site), form.get("zone") or None, Takes(takes))
    random = hmac.digest(keys.read_key(desk.home.paths.desk_key), b"kiosk: a door's code\n" + form_key(), "sha256")
    code, errors = attempt(lambda: _doors().give_code(new_door, random))
    if code is not None:
        return _page({}, rules.shown(code))
    return _page(errors)


@area.post("/doors/<int:number>/change")
@needs(May.MANAGE_USERS, fresh=True)
def change(number: int) -> Answer:
    """Change a door's name, zone or the badges it takes."""
    form = request.form
    takes = form.get("takes", "")
    if takes not in list(Takes):
        abort(400)
    door = NewDoor(form.get("name", ""), zone=form.get("zone") or None, takes=Takes(takes))
    _, errors = attempt(lambda: _doors().change(number, door), **ON_TOP)
    return _ended(errors, t("Porte enregistrée.", "Door saved."))


@area.post("/doors/sites/<int:number>/capacity")
@needs(May.MANAGE_USERS, fresh=True)
def set_capacity(number: int) -> Answer:
    """Set from how many people on, from today, a site says that it is busy (`notice`) and keeps its door shut
    (`legal`); an empty field means no limit.
    """
    notice, legal = (_people(request.form.get(name, "")) for name in ("notice", "legal"))
    _, errors = attempt(lambda: _doors().set_capacity(number, notice, legal), **ON_TOP)
    message = t("La capacité du site s’applique dès maintenant.", "The site’s capacity applies from now on.")
    return _ended(errors, message)


def _ended(errors: dict[str, str], message: str) -> Answer:
    """Show the page with its errors; or flash the act's message, and redirect to the page."""
    if errors:
        return _page(errors)
    flash(message)
    return redirect(url_for(".page"), 303)


def _people(typed: str) -> int | None:
    """Return a typed number of people, of five digits at most; None for an empty field; 0, which `set_capacity`
    refuses, for anything else.
    """
    typed = typed.strip()
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


@area.post("/doors/<int:number>/revoke")
@needs(May.MANAGE_USERS, fresh=True)
def revoke(number: int) -> Answer:
    """Revoke a door for good: it no longer lets anyone in."""
    _, errors = attempt(lambda: _doors().revoke(number))
    message = t("La porte est retirée : elle n’ouvre plus à personne.", "Door revoked: it no longer lets anyone in.")
    return _ended(errors, message)


@area.post("/doors/sites")
@needs(May.MANAGE_USERS, fresh=True)
def add_site() -> Answer:
    """Add a site, with the name that was typed."""
    _, errors = attempt(lambda: _doors().add_site(request.form.get("site_name", "")))
    return _ended(errors, t("Le site est ajouté.", "Site added."))


@area.post("/doors/taps/<tap>/seen")
@needs(May.CORRECT_MONEY)
def seen(tap: str) -> Answer:
    """Mark a tap that was recorded later as checked; one that was checked before, or is unknown, stays as it is. `tap`
    is the tap's id in hexadecimal; any other text is answered with 404.
    """
    try:
        tap_id = bytes.fromhex(tap)
    except ValueError:
        abort(404)
    desk = office()
    with desk.store.writing() as connection:
        _, moment = desk.now(connection)
        tap_conflicts.see(connection, tap_id, moment.day, desk.actor)
    flash(t("C’est noté.", "Saved."))
    return redirect(url_for(".page"), 303)


def _doors() -> Doors:
    """Return the doors' use-case, in the name of the signed-in officer; by the machine's clock, because doors must
    agree on it.
    """
    desk = office()
    return Doors(**desk.by(timing.machine_clock()).parts, home_id=desk.seal.home_id)


def _page(errors: dict[str, str], code: str | None = None) -> Answer:
    """Show the doors and sites, with what was wrong in a form, or with a new door's `code`, shown this one time."""
    from kiosk.health.fleet import fleet_state  # brings a door's spool, which no other page needs

    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        fleet_now = fleet_state.look(connection, desk.home, timing.desk_time().clock)
        capacities = door_rows.capacities(connection, moment.day)
        zones = {zone: in_page_language(names) for zone, names in name_rows.zones(connection).items()}
        sites = [(str(number), _site(number, name)) for number, name in door_rows.sites(connection)]
        page = render_template(
            "doors/doors.html",
            here="today",
            doors=_shown(fleet_now, connection, zones),
            standbys=[(standby.name, _behind(standby)) for standby in fleet_now.replicas],
            copies=_copies(fleet_now),
            sites=sites,
            # by site: the number of people from which it is busy, and its legal capacity; None for no limit
            held={number: capacities.get(int(number), (None, None)) for number, _ in sites},
            zones=[(zone, zones[zone]) for zone in policy.zones],
            takes=[(badges.value, t(words)) for badges, words in TAKES.items()],
            # taps to check: id, member's number, day, reason and door; a reason without words stays a code
            conflicts=[
                (tap_id.hex(), member, day, t(CONFLICTS[code]) if code in CONFLICTS else code, door_name)
                for tap_id, member, day, code, door_name in (
                    tap_conflicts.unseen(connection) if may(May.CORRECT_MONEY) else ()
                )
            ],
            code=code,
            errors=errors,
            form=request.form,
        )
    return (page, 400) if errors else page


_APART = other_doors.APART_SECONDS  # a clock that is further off is reported: taps are dated by it
_WAITING = Plural(
    Text("{count} passage attend depuis {age}", "{count} tap waiting for {age}"),
    Text("{count} passages attendent, le premier depuis {age}", "{count} taps waiting, the first for {age}"),
)
_ASIDE = Plural(
    Text("{count} passage mis de côté", "{count} tap set aside"),
    Text("{count} passages mis de côté", "{count} taps set aside"),
)
_COPIES = Plural(
    Text("{count} copie sur cette machine, d’il y a {age}", "{count} backup on this machine, {age} old"),
    Text(
        "{count} copies sur cette machine, la dernière d’il y a {age}",
        "{count} backups on this machine, the newest {age} old",
    ),
)
_STATES = {  # tone and words of a door's state
    State.WELL: ("good", Text("fonctionne ; dernier signe il y a {age}", "working; last report {age} ago")),
    State.NEVER: ("bad", Text("n’a encore donné aucun signe", "has not reported yet")),
    State.SILENT: ("bad", Text("aucun signe depuis {age}", "no report for {age}")),
    State.READER: (
        "bad",
        Text(
            "son lecteur ne répond pas ; dernier signe il y a {age}",
            "its reader does not respond; last report {age} ago",
        ),
    ),
    State.LOCK: (
        "bad",
        Text(
            "sa serrure ne répond pas ; dernier signe il y a {age}", "its lock does not respond; last report {age} ago"
        ),
    ),
    State.RECORDS: (
        "warn",
        Text(
            "n’enregistre pas les passages pour l’instant ; dernier signe il y a {age}",
            "not recording taps for now; last report {age} ago",
        ),
    ),
    State.CLOCK: (
        "warn",
        Text(
            "son horloge n’est pas fiable ; dernier signe il y a {age}", "its clock may be wrong; last report {age} ago"
        ),
    ),
    State.ILL: (
        "warn",
        Text("signale un défaut ; dernier signe il y a {age}", "reports a fault; last report {age} ago"),
    ),
}


def _site(number: int, name: str) -> str:
    """Return a site's name; "Site" and its number where it has none."""
    return name or t("Site {number}", "Site {number}", number=number)


def _shown(fleet_now: "Fleet", connection: sa.Connection, zones: dict[str, str]) -> list[Shown]:
    """Return the doors as the page shows them. Lost badges that a door does not know of are listed only where it
    reports by itself and is not revoked: `report` is None for a door of this machine, and before a first report.
    """
    shown = []
    for fleet_door in fleet_now.doors:
        row, report = fleet_door.row, fleet_door.word
        tone, says = ("bad", t("retirée", "revoked")) if fleet_door.is_revoked else _state(fleet_door.door)
        lost_badges = (
            []
            if report is None or row.revoked_on
            else door_news.lost_since(connection, office().seal, report.last_entry)
        )
        shown.append(
            Shown(
                row=row,
                name=row.name or t("Entrée", "Entrance"),
                site=_site(row.site, row.site_name),
                zone="" if row.zone is None else zones.get(row.zone, row.zone),
                takes=t(TAKES[row.takes]),
                tone=tone,
                says=says,
                build="" if fleet_door.is_revoked else fleet_door.fact("version"),
                details="" if fleet_door.is_revoked else _details(fleet_door),
                unknown=lost_badges,
            )
        )
    return shown


def _details(fleet_door: "FleetDoor") -> str:
    """Return what else a door reported: how far its clock is off where that is more than `_APART` seconds, and how many
    taps wait or were set aside; an empty text for none of these.
    """
    door, parts = fleet_door.door, []
    if abs(door.ahead_seconds) > _APART:
        apart = lasting(abs(door.ahead_seconds), language())
        parts.append(t("son heure diffère de {apart}", "its clock is off by {apart}", apart=apart))
    if door.spooled:
        parts.append(_WAITING.to(language(), door.spooled, age=lasting(door.oldest_seconds, language())))
    if door.set_aside:
        parts.append(_ASIDE.to(language(), door.set_aside))
    return " · ".join(parts)


def _behind(standby: Replica) -> str:
    """Return how far a standby server of the database is behind, and whether entries wait for it; where the desk's
    account may not see that (None), how to allow it.
    """
    if standby.lag_seconds is None:
        return t(
            "réplication en marche ; pour voir son retard, donnez pg_monitor au compte du bureau (GRANT)",
            "replicating; to see its delay, GRANT pg_monitor to the desk’s account",
        )
    age = lasting(standby.lag_seconds, language())
    if standby.is_awaited:
        return t(
            "{age} de retard : les écritures attendent ce serveur",
            "{age} behind: entries wait for this server",
            age=age,
        )
    return t(
        "{age} de retard : les écritures n’attendent pas ce serveur",
        "{age} behind: entries do not wait for this server",
        age=age,
    )


def _copies(fleet_now: "Fleet") -> str:
    """Return how many backups this machine's disk has, and the age of the newest, in words; an empty text where there
    are none or the desk may not look.
    """
    copies = fleet_now.copies
    if copies is None or copies.newest_at is None:
        return ""
    age = lasting((timing.desk_time().clock.now() - copies.newest_at).total_seconds(), language())
    return _COPIES.to(language(), copies.count, age=age)


def _state(door: OtherDoor) -> tuple[str, str]:
    """Return a door's tone (good, warn or bad) and its state in words. A door that works but has taps waiting or set
    aside, or a clock that is off by more than `_APART` seconds, has the tone warn.
    """
    tone, words = _STATES[door.state]
    if door.state is State.WELL and (door.spooled or door.set_aside or abs(door.ahead_seconds) > _APART):
        tone, words = "warn", Text("répond ; dernier signe il y a {age}", "responds; last report {age} ago")
    return tone, t(words, age=lasting(door.age_seconds, language()))
