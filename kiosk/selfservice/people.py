"""Lets members find each other at the screen: presence, skills, and notices.

Nothing is shown without a badge, and only visible members. Asking a member tells them the asker's name at the door, but
no address.
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind, Option
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.people import said
from kiosk.domain.people.said import LONGEST_NOTICE, NoticeKind
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.language.texts import Said, Text
from kiosk.people import finding, words
from kiosk.selfservice import house, keyboard
from kiosk.selfservice.choice_labels import ShortDay
from kiosk.selfservice.house import Entry
from kiosk.store.members import members
from kiosk.store.people import notice_rows, skill_rows
from kiosk.store.people.notice_rows import Notice
from kiosk.store.people.skill_rows import Knower

A_PAGE = 4  # choices on a page, with the one that shows the next: each has a line or two below it
RING = "ask"  # the reason of the bell when a member who is here is asked
MOST_NAMES = 10  # on the board of those present; others are counted
_HERE, _AS_TYPED = Text("{what} · ici", "{what} · here"), Text("{what}", "{what}")  # a plain string as words
_CHOICE_LETTERS, _NAMED_LETTERS = 30, 80  # characters of a text below a choice, and on the page that asks for the badge
_TAKE_AWAY, _ADD = Text("Retirer", "Remove"), Text("Ajouter", "Add")
_UNTIL = Text("{kind} · {day}", "{kind} · {day}")
_OWN = Text("{kind}, à vous", "{kind}, yours")
_ANSWER, _DOWN = Text("Répondre à l’annonce", "Answer this notice"), Text("Retirer mon annonce", "Take down my notice")
_BY = Text("{what} · {name}", "{what} · {name}")
_ASKED = Text("Un e-mail part pour {name}.", "{name} will get an e-mail.")
_HERE_NOW = Text("{name} est ici aujourd’hui : allez lui parler.", "{name} is here today: go and have a word.")
_TELL = Text("{name} ne reçoit pas d’e-mails : voyez l’accueil.", "{name} gets no e-mails: ask the host.")
_ANSWERED = Text("Un e-mail part, sans votre adresse.", "An e-mail is sent, without your address.")
_UNTOLD = Text("Pas d’e-mail ici : dites-le à l’accueil.", "E-mail is not available: tell the host.")
_SHOWN = Text("Visible par les autres : oui", "Visible to others: yes")
_HIDDEN = Text("Visible par les autres : non, savoir-faire cachés", "Visible to others: no, skills are hidden")
_PUT_UP = Text("Publier une annonce", "Post a notice")


class NoticeDraft(Struct, frozen=True):
    """The kind of the notice being written (a value of `NoticeKind`); its text is the keyboard's."""

    kind: str


class BoardSheet(Struct, frozen=True):
    """The visible members present, by the names they chose, and how many more there are."""

    names: tuple[str, ...]
    more: int


def board(context: PageContext) -> Card:
    """Show the visible members present."""
    house.refuse_unless(context.policy.people)
    names = skill_rows.board(context.connection, context.moment.day)
    sheet = BoardSheet(tuple(names[:MOST_NAMES]), max(0, len(names) - MOST_NAMES))
    return Card(CardKind.PEOPLE, context.name, acts=(Act.SKILL_FIND, Act.OWN_SKILLS, Act.HOUSE, Act.DONE), sheet=sheet)


# --- skills of others


def find(context: PageContext) -> Card:
    """Offer the keyboard for a search."""
    house.refuse_unless(context.policy.people)
    return keyboard.card(context, CardKind.SKILL_FIND, Act.SKILL_FIND, Act.SKILL_FOUND)


def list_knowers(context: PageContext) -> Card:
    """List the members with the typed skill, those present first; without one, the keyboard again: its first line says
    that nothing is typed, the second that no member has the skill. The searching member is left out.
    """
    house.refuse_unless(context.policy.people)
    looked_for = said.words(keyboard.typed(context))
    if not looked_for:
        return keyboard.card(context, CardKind.SKILL_FIND, Act.SKILL_FIND, Act.SKILL_FOUND, missing_line=0)
    own = members.by_number(context.connection, context.number).id
    knowers = skill_rows.knowers(context.connection, looked_for, context.moment.day, besides=own)
    if not knowers:
        return keyboard.card(context, CardKind.SKILL_FIND, Act.SKILL_FIND, Act.SKILL_FOUND, missing_line=1)
    return _paged(context, CardKind.SKILL_FOUND, [_knower(each) for each in knowers], Act.SKILL_FOUND, Act.SKILL_FIND)


def _knower(knower: Knower) -> Entry:
    """Return the choice that asks a member for their skill, marked where they are here."""
    name: Said | str = _HERE.of(what=knower.name) if knower.here else knower.name
    return Entry(Option(Act.SKILL_ASK, str(knower.skill), name), _short(knower.text))


def _short(text: str, most: int = _CHOICE_LETTERS) -> str:
    """Return a text cut to the room that it has here; its own page shows all of it."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@house.refusals_as_cards(Act.SKILL_FIND)
def name_ask(context: PageContext) -> Card:
    """Name the member and the skill, before the badge asks."""
    house.refuse_unless(context.policy.people)
    skill = finding.to_ask(context.connection, context.moment, context.number, house.number_in(context.value))
    return house.names(context, _BY.of(what=skill.text, name=skill.name))


@house.refusals_as_cards(Act.SKILL_FIND)
def ask(context: PageContext) -> Card:
    """Ask a member for help with the touched skill: by mail, and by the bell where they are here; where they get no
    mail either, say so.
    """
    house.refuse_unless(context.policy.people)
    skill = house.number_in(context.value)
    asking = finding.ask(context.connection, context.moment, context.number, skill, by_mail=context.flows.has_mail)
    news = (_HERE_NOW if asking.here else _ASKED if asking.mailed else _TELL).of(name=asking.name)
    card = house.done(context, news, Act.HOUSE)
    return replace(card, chimes=RING) if asking.here else card


# --- the member's own skills


def own(context: PageContext) -> Card:
    """Show the member's own skills and whether others see them; a touch removes one."""
    house.refuse_unless(context.policy.people)
    person = members.by_number(context.connection, context.number)
    listed = [
        Entry(Option(Act.SKILL_DROP, str(each.id), each.text), _TAKE_AWAY)
        for each in skill_rows.of_member(context.connection, person.id)
    ]
    add = Entry(Option(Act.SKILL_NEW, "", _ADD), Text("Un mot ou deux", "A word or two"))
    card = _paged(context, CardKind.OWN_SKILLS, [add, *listed], Act.OWN_SKILLS, Act.HOUSE)
    return _about(card, _SHOWN if person.visible else _HIDDEN)


def new(context: PageContext) -> Card:
    """Offer the keyboard for a skill."""
    house.refuse_unless(context.policy.people)
    return keyboard.card(context, CardKind.SKILL_NEW, Act.SKILL_NEW, Act.SKILL_KEEP)


def keep(context: PageContext) -> Card:
    """Save the typed skill."""
    house.refuse_unless(context.policy.people)

    def act(text: str) -> None:
        """Save the skill for this member."""
        finding.learn(context.connection, context.moment, context.number, text)

    return _keep_typed(context, act, CardKind.SKILL_NEW, Act.SKILL_NEW, Act.SKILL_KEEP, Act.OWN_SKILLS)


@house.refusals_as_cards(Act.OWN_SKILLS)
def drop(context: PageContext) -> Card:
    """Remove a skill."""
    house.refuse_unless(context.policy.people)
    finding.forget(context.connection, context.number, house.number_in(context.value))
    return own(replace(context, value=""))


# --- notices


def notices(context: PageContext) -> Card:
    """Show the choice to post one, the notices in force, and projects that began here."""
    house.refuse_unless(context.policy.notices)
    standing = notice_rows.standing(context.connection, context.moment.day)
    listed = [
        Entry(Option(Act.NOTICE, str(each.id), _kind_and_day(each, context.number)), _short(each.text))
        for each in standing
    ]
    add = Entry(Option(Act.NOTICE_KIND, "", _PUT_UP), Text("Pour un mois", "For a month"))
    born = [
        Entry(Option(Act.PROJECT, str(each.id), each.name), Text("Projet né ici", "Project started here"))
        for each in notice_rows.projects(context.connection)
    ]
    return _paged(context, CardKind.NOTICES, [add, *listed, *born], Act.NOTICES, Act.HOUSE)


def _kind_and_day(post: Notice, number: int) -> Said:
    """Return what stands for a notice in the list: its kind, and that it is the member's own or its last day."""
    if post.number == number:
        return _OWN.of(kind=words.KINDS[post.kind])
    return _UNTIL.of(kind=words.KINDS[post.kind], day=ShortDay(post.until_on))


@house.refusals_as_cards(Act.NOTICES)
def notice(context: PageContext) -> Card:
    """Show one notice, and what the member may do about it: take down their own, answer another's."""
    house.refuse_unless(context.policy.notices)
    post = _notice(context)
    if post.number == context.number:
        entry = Entry(Option(Act.NOTICE_DOWN, str(post.id), _DOWN))
    else:
        entry = Entry(Option(Act.NOTICE_ANSWER, str(post.id), _ANSWER))
    return house.page(context, CardKind.NOTICES, [entry], Act.NOTICES, about=_with_author(post))


def _notice(context: PageContext) -> Notice:
    """Return the touched notice. Raises RequestError `no-such-notice` where it is no longer in force."""
    post = notice_rows.one(context.connection, house.number_in(context.value), context.moment.day)
    if post is None:
        raise RequestError("no-such-notice", "there is no such notice")
    return post


def _with_author(post: Notice, most: int = LONGEST_NOTICE) -> Said:
    """Return a notice's text with its author's name where that may be shown."""
    return _BY.of(what=_short(post.text, most), name=post.name or words.SOMEBODY)


@house.refusals_as_cards(Act.NOTICES)
def project(context: PageContext) -> Card:
    """Show one project."""
    house.refuse_unless(context.policy.notices)
    project_id = house.number_in(context.value)
    shown = next((each for each in notice_rows.projects(context.connection) if each.id == project_id), None)
    if shown is None:
        raise RequestError("no-such-project", "there is no such project")
    return house.done(context, _BY.of(what=shown.told, name=shown.name), Act.NOTICES)


def kinds(context: PageContext) -> Card:
    """Ask for the kind of a notice: looking for something, offering it, or beginning something."""
    house.refuse_unless(context.policy.notices)
    listed = [Entry(Option(Act.NOTICE_NEW, kind.value, words.KINDS[kind])) for kind in NoticeKind]
    return house.page(context, CardKind.NOTICES, listed, Act.NOTICES, about=_PUT_UP)


def new_notice(context: PageContext) -> Card:
    """Offer the keyboard for a notice of the touched kind; without one, the kind chosen before stays."""
    house.refuse_unless(context.policy.notices)
    if context.value:
        if context.value not in tuple(NoticeKind):
            raise RequestError("touch-over", "there is no such kind of notice")
        context.keep(NoticeDraft(context.value))
    return keyboard.card(context, CardKind.NOTICE_NEW, Act.NOTICE_NEW, Act.NOTICE_KEEP)


def keep_notice(context: PageContext) -> Card:
    """Put up the typed notice."""
    house.refuse_unless(context.policy.notices)
    draft = context.recall(NoticeDraft)
    kind = "" if draft is None else draft.kind  # `put_up` refuses ""

    def act(text: str) -> None:
        """Put up the notice in this member's name."""
        finding.put_up(context.connection, context.moment, context.number, kind, text)

    return _keep_typed(context, act, CardKind.NOTICE_NEW, Act.NOTICE_NEW, Act.NOTICE_KEEP, Act.NOTICES)


@house.refusals_as_cards(Act.NOTICES)
def name_answer(context: PageContext) -> Card:
    """Name the notice and its author, before the badge answers it."""
    house.refuse_unless(context.policy.notices)
    return house.names(context, _with_author(_notice(context), most=_NAMED_LETTERS))


@house.refusals_as_cards(Act.NOTICES)
def answer(context: PageContext) -> Card:
    """Answer a notice: its author is told by mail."""
    house.refuse_unless(context.policy.notices)
    notice_id = house.number_in(context.value)
    mailed = finding.answer(
        context.connection, context.moment, context.number, notice_id, by_mail=context.flows.has_mail
    )
    return house.done(context, _ANSWERED if mailed else _UNTOLD, Act.NOTICES)


@house.refusals_as_cards(Act.NOTICES)
def take_down(context: PageContext) -> Card:
    """Take down the member's own notice."""
    house.refuse_unless(context.policy.notices)
    finding.take_down(context.connection, context.number, house.number_in(context.value))
    return notices(replace(context, value=""))


# --- shared


def _keep_typed(
    context: PageContext, act: Callable[[str], None], kind: CardKind, typing: Act, then: Act, back: Act
) -> Card:
    """Do an act with the typed text, and return the card that says so; an empty or unfit text shows the keyboard again,
    a refusal its card (`back` leads on from both). Of the capitals that the keyboard gives each word only the text's
    first is kept.
    """
    typed = keyboard.typed(context, typing).strip()
    if not typed:
        return keyboard.card(context, kind, typing, then, missing_line=0)
    try:
        act(typed[:1] + typed[1:].lower())
    except Problem:
        return keyboard.card(context, kind, typing, then, missing_line=0)
    except RequestError as error:
        return house.refused(context, error, back)
    keyboard.empty(context)
    return house.done(context, _AS_TYPED.of(what=typed[:1] + typed[1:].lower()), back)


def _paged(context: PageContext, kind: CardKind, listed: list[Entry], act: Act, back: Act) -> Card:
    """Return a page with A_PAGE of the choices, the last of which leads on to the next by `act`."""
    return house.page(context, kind, house.some(listed, act, house.first_of(context), A_PAGE, house.FURTHER), back)


def _about(card: Card, about: Said) -> Card:
    """Return the card with words above its choices, where it has choices."""
    sheet = card.sheet
    return replace(card, sheet=replace(sheet, about=about)) if isinstance(sheet, house.HouseSheet) else card


# `writes`: in a writing transaction; `names`: the card that says what the badge is about to confirm, shown first.
PAGES = {
    Act.PEOPLE: Page(board),
    Act.SKILL_FIND: Page(find),
    Act.SKILL_FOUND: Page(list_knowers),
    Act.SKILL_ASK: Page(ask, writes=True, names=name_ask),
    Act.OWN_SKILLS: Page(own),
    Act.SKILL_NEW: Page(new),
    Act.SKILL_KEEP: Page(keep, writes=True, names=keyboard.name_it),
    Act.SKILL_DROP: Page(drop, writes=True),
    Act.NOTICES: Page(notices),
    Act.NOTICE: Page(notice),
    Act.NOTICE_KIND: Page(kinds),
    Act.NOTICE_NEW: Page(new_notice),
    Act.NOTICE_KEEP: Page(keep_notice, writes=True, names=keyboard.name_it),
    Act.NOTICE_ANSWER: Page(answer, writes=True, names=name_answer),
    Act.NOTICE_DOWN: Page(take_down, writes=True),
    Act.PROJECT: Page(project),
}
