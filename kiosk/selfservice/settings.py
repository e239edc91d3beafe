"""Lets members change their settings at the screen: language, larger text (with contrast, with the voice), name at the
door, visible to others, amounts hidden, mails.

Each is saved as it is touched, written in the desk's log, and can be set back the same way.
"""

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin import aids
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.names import DoorName, at_the_door
from kiosk.errors import RequestError
from kiosk.language import catalogues, common
from kiosk.language.texts import Said, Text
from kiosk.selfservice import account
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.officers import desk_log
from kiosk.store.selfservice import pins

_YES, _NO = Text("oui", "yes"), Text("non", "no")
_AT_EACH_CHARGE = Text("à chaque achat", "every charge")
_NO_NAME = Text("aucun", "none")
_CHOSEN = Text("choisi", "chosen")
_OF_THE_SCREEN = Text("de l’écran", "the screen’s")  # the language of a member who has chosen none
_SEE_THEM = Text("les voir", "see them")
_LANGUAGE = Text("Langue / Language", "Language / Langue")
# How much the screen helps; each touch goes one level up, as the button "Aa" does.
_WORDS_OF_AIDS = {
    Aids.NONE: _NO,
    Aids.LARGER: _YES,
    Aids.CONTRAST: Text("et contraste", "and contrast"),
    Aids.VOICE: Text("et la voix", "and voice"),
}
_ACTS = (Act.ACCOUNT, Act.DONE)
LONGEST_VALUE = 12  # characters that fit below a setting

# What the button sends for each level of help.
_VALUE_OF_AIDS = {
    Aids.NONE: "larger=no",
    Aids.LARGER: "larger=yes",
    Aids.CONTRAST: "larger=contrast",
    Aids.VOICE: "larger=voice",
}
# What a touch may write: columns and their values, by what the button sends.
_CHOICES: dict[str, dict[str, object]] = {
    **{sends: dict(aids.columns(step)) for step, sends in _VALUE_OF_AIDS.items()},
    "visible=yes": {"visible": True},
    "visible=no": {"visible": False},
    "sums-hidden=yes": {"hides_sums": True},
    "sums-hidden=no": {"hides_sums": False},
    "notify=yes": {"notify": True},
    "notify=no": {"notify": False},
    **{f"name={choice.value}": {"door_name": choice.value} for choice in DoorName},
}


class ChoicesSheet(Struct, frozen=True):
    """The words below each of the page's options, in their order; `chosen` is the value of the option in force.
    `saved`: something was just saved.
    """

    values: tuple[Said | str, ...]
    chosen: str = ""
    saved: bool = False


def show(context: PageContext, saved: bool = False) -> Card:
    """Show every setting with its present value; a touch changes it."""
    member = members.by_number(context.connection, context.number)
    next_language = catalogues.after(member.language or catalogues.settled())
    name = member.at_the_door
    options: tuple[Option, ...] = (
        Option(Act.SET, f"language={next_language}", _LANGUAGE),
        Option(Act.SET, _VALUE_OF_AIDS[Aids((member.aids + 1) % len(Aids))], Text("Texte plus grand", "Larger text")),
        Option(Act.DOOR_NAME, "", common.MY_NAME_AT_THE_DOOR),
        Option(Act.SET, f"visible={_opposite(member.visible)}", common.VISIBLE_TO_OTHERS),
    )
    values: tuple[Said | str, ...] = (
        _OF_THE_SCREEN if member.language is None else catalogues.name_of(member.language),
        _WORDS_OF_AIDS[member.aids],
        _short(name) or _NO_NAME,
        _YES if member.visible else _NO,
    )
    if not context.policy.hide_amounts:  # otherwise they are hidden for everyone
        options += (
            Option(Act.SET, f"sums-hidden={_opposite(member.hides_sums)}", Text("Sommes cachées", "Amounts hidden")),
        )
        values += (_YES if member.hides_sums else _NO,)
    if may_have_pin(context):
        options += (Option(Act.PIN_NEW, "", Text("Code si badge oublié", "Forgotten-badge code")),)
        values += (_CHOSEN if pins.of_member(context.connection, member.number) is not None else _NO,)
    options += (Option(Act.DATA, "", Text("Mes données", "My data")),)
    values += (_SEE_THEM,)
    if member.email is not None:  # the last, because it has most to say
        options += (
            Option(Act.SET, f"notify={_opposite(member.notify)}", Text("Me prévenir par e-mail", "Tell me by e-mail")),
        )
        values += (_AT_EACH_CHARGE if member.notify else _NO,)
    acts = (Act.PLAN, *_ACTS) if context.policy.plans_at_screen else _ACTS
    if context.notices and account.may_pair(context):  # notices leave no room for it on the account's page
        acts = (Act.PHONE, *acts)
    sheet = ChoicesSheet(values, saved=saved)
    return Card(CardKind.OWN_SETTINGS, context.name, acts=acts, sheet=sheet, options=options)


def may_have_pin(context: PageContext) -> bool:
    """Tell whether the rules allow codes for a forgotten badge, and this member came by a badge that the office
    confirmed.
    """
    if not context.policy.pin_sign_in or not context.is_by_badge:
        return False
    return pins.unconfirmed_until(context.connection, context.number) is None


def _short(name: str) -> str:
    """Return a name cut to the room of its button; the page behind shows all of it."""
    return name if len(name) <= LONGEST_VALUE else f"{name[: LONGEST_VALUE - 1]}…"


def _opposite(setting: bool) -> str:
    """Return the value that turns a setting round."""
    return "no" if setting else "yes"


def show_names(context: PageContext) -> Card:
    """Show the names that the door may say, each as it would appear."""
    member = members.by_number(context.connection, context.number)
    offered = _names(member)
    options = tuple(Option(Act.SET, f"name={choice.value}", label) for choice, label, _ in offered)
    values = tuple(name or _NO_NAME for _, _, name in offered)
    # By the name, not by the member's choice: a choice that gives the same name as an earlier one is not offered.
    chosen = next((choice for choice, _, name in offered if name == member.at_the_door), member.door_name)
    sheet = ChoicesSheet(values, chosen=f"name={chosen}")
    acts = (Act.SETTINGS, Act.DONE)
    return Card(CardKind.OWN_NAME, context.name, acts=acts, sheet=sheet, options=options)


def _names(member: Member) -> list[tuple[DoorName, Text, str]]:
    """Return each possible name once, with its choice and label. A nickname is offered if the file has one that
    differs.
    """
    labels: list[tuple[DoorName, Text]] = [
        (DoorName.FIRST, Text("Prénom", "First name")),
        (DoorName.FULL, Text("Prénom et nom", "Full name")),
        (DoorName.INITIAL, Text("Initiale", "Initial")),
        (DoorName.SHOWN, Text("Surnom", "Nickname")),
        (DoorName.NONE, Text("Sans nom", "No name")),
    ]
    offered: list[tuple[DoorName, Text, str]] = []
    for choice, words in labels:
        name = at_the_door(member.name, member.shown_name, choice)
        if name not in [listed for _, _, listed in offered]:
            offered.append((choice, words, name))
    return offered


def save(context: PageContext) -> Card:
    """Save one setting. Raises RequestError `touch-over` for any other value."""
    choices = _CHOICES | {f"language={code}": {"language": code} for code in catalogues.offered()}
    if context.value not in choices:
        raise RequestError("touch-over", "there is no such setting")
    member = members.by_number(context.connection, context.number)
    changed = {column: value for column, value in choices[context.value].items() if getattr(member, column) != value}
    if changed:
        members.change(context.connection, member, **changed)
        what = ", ".join(f"{column}: {getattr(member, column)} -> {value}" for column, value in changed.items())
        desk_log.add(context.connection, context.moment.at, context.actor, "own-setting", member.number, what)
    _go_on_with(context, members.by_number(context.connection, member.number))
    return show(context, saved=True)


def _go_on_with(context: PageContext, member: Member) -> None:
    """Continue the flow with the member's new language, name and aids."""
    context.speak(member.language, member.at_the_door, member.aids)


PAGES = {
    Act.SETTINGS: Page(show),
    Act.DOOR_NAME: Page(show_names),
    Act.SET: Page(save, writes=True),
}
