"""Lists the topics of an unconference at the screen, takes new ones and votes: one touch votes, another withdraws the
vote.
"""

from msgspec.structs import replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.events import topics
from kiosk.language.texts import Text
from kiosk.selfservice import events, keyboard
from kiosk.selfservice.choice_labels import option
from kiosk.selfservice.events import EventsSheet, RefusedSheet
from kiosk.store.events import topic_rows
from kiosk.store.members import members

A_PAGE = 6  # topics on a page, among them the choice that shows the next
_VOTES = Text("{title} · {count}", "{title} · {count}")
_MORE = Text("Plus loin", "Next")


def show(context: PageContext) -> Card:
    """Show the topics, those with most votes first; a touch changes the member's vote. The touched value is the place
    of the first topic to show (the first of all for another value).
    """
    events.act_of(context)  # refuses if events are switched off
    event_id = events.looked_at(context)
    member = members.by_number(context.connection, context.number)
    of_event = topic_rows.of_event(context.connection, event_id, member.id)
    start = int(context.value) if context.value.isdigit() and len(context.value) < 4 else 0
    has_more = len(of_event) > start + A_PAGE
    on_page = of_event[start : start + (A_PAGE - 1 if has_more else A_PAGE)]
    options = [
        option(Act.TOPIC, topic.id, _VOTES.of(title=events.cut(topic.title), count=topic.votes)) for topic in on_page
    ]
    if has_more:
        options.append(option(Act.TOPICS, start + A_PAGE - 1, _MORE))
    # Whether the member votes for each topic; the choice that shows the next page is not voted for.
    sheet = EventsSheet((*(topic.is_wanted for topic in on_page), *((False,) if has_more else ())))
    acts = (Act.TOPIC_NEW, Act.EVENT, Act.DONE)
    return Card(CardKind.TOPICS, context.name, acts=acts, sheet=sheet, options=tuple(options))


def vote(context: PageContext) -> Card:
    """Vote for the touched topic, or withdraw the vote, and show the first page of topics; a value that is no topic's
    id changes nothing.
    """
    first_page = replace(context, value="")  # without the touched topic's id, which `show` would read as a place
    if not (context.value.isdigit() and len(context.value) < 10):
        return show(first_page)
    member = members.by_number(context.connection, context.number)
    topics.turn(events.act_of(context), int(context.value), member.id)
    return show(first_page)


def ask(context: PageContext, *, missing_line: int | None = None) -> Card:
    """Ask for a topic on the keyboard. With a line number, that line of the card says what is missing."""
    events.looked_at(context)  # refuses if the flow shows no event
    acts = Act.TOPIC_PUT, Act.TOPICS
    return keyboard.card(
        context, CardKind.TOPIC_TITLE, Act.TOPIC_NEW, *acts, missing_line=missing_line, writes=keyboard.TEXT
    )


def put_up(context: PageContext) -> Card:
    """Put up the typed topic, and show the topics. A title that cannot be one shows the keyboard again; a refusal gets
    a card of its own.
    """
    act, event_id = events.act_of(context), events.looked_at(context)
    member = members.by_number(context.connection, context.number)
    try:
        topics.put_up(act, event_id, keyboard.typed(context), member.id)
    except Problem:
        return ask(replace(context, value=""), missing_line=0)
    except RequestError as refused:
        return Card(
            CardKind.EVENT_REFUSED, acts=(Act.EVENTS, Act.DONE), sheet=RefusedSheet(refused.code, refused.values)
        )
    context.drop(keyboard.Typing)  # the next topic begins with an empty field
    return show(replace(context, value=""))


PAGES = {
    Act.TOPICS: Page(show),
    Act.TOPIC: Page(vote, writes=True),
    Act.TOPIC_NEW: Page(ask),
    Act.TOPIC_PUT: Page(put_up, writes=True, names=keyboard.name_it),  # the badge is asked for with the typed words
}
