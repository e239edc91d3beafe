"""Adds and hides topics of an unconference (an event whose participants propose what it is about), and counts the votes
for them, in the caller's transaction.
"""

from kiosk.domain.events import terms
from kiosk.domain.events.terms import LIVE, EventKind
from kiosk.errors import RequestError
from kiosk.events.signing_up import Act
from kiosk.store.events import event_rows, topic_rows
from kiosk.store.events.topic_rows import Topic

MOST_OF_ONE = 3  # topics of one member at one event


def put_up(act: Act, event_id: int, title: str, member_id: int | None) -> int:
    """Put up a topic and vote for it in the member's name; for the desk (`member_id` None), without a vote. Returns its
    id; the same words twice are one topic.

    Raises RequestError `no-such-event`, `event-over`, `no-topics` where the event is no unconference, or `topics-full`;
    Problem `event-title`.
    """
    _takes_topics(act, event_id)
    words = terms.clean_title(title)
    there = topic_rows.of_event(act.connection, event_id)
    same = next((topic for topic in there if topic.title.casefold() == words.casefold()), None)
    mine = [topic for topic in there if member_id is not None and topic.member_id == member_id]
    if same is None and (len(there) >= topic_rows.MOST or len(mine) >= MOST_OF_ONE):
        raise RequestError("topics-full", field="topic", number=event_id, most=topic_rows.MOST, most_of_one=MOST_OF_ONE)
    topic_id = topic_rows.add(act.connection, event_id, words, member_id, act.moment.at) if same is None else same.id
    if member_id is not None:
        topic_rows.vote(act.connection, topic_id, member_id, act.moment.at)
    return topic_id


def turn(act: Act, topic_id: int, member_id: int) -> Topic:
    """Add a member's vote for a topic, or withdraw it where they have voted. Returns the topic as it is then. Raises
    RequestError `no-such-topic`, `event-over` or `no-topics`.
    """
    event_id, _ = topic_rows.by_id(act.connection, topic_id)
    _takes_topics(act, event_id)
    topic = next(each for each in topic_rows.of_event(act.connection, event_id, member_id) if each.id == topic_id)
    if topic.is_wanted:  # this member has voted for it
        topic_rows.unvote(act.connection, topic_id, member_id)
    else:
        topic_rows.vote(act.connection, topic_id, member_id, act.moment.at)
    return next(each for each in topic_rows.of_event(act.connection, event_id, member_id) if each.id == topic_id)


def hide(act: Act, topic_id: int) -> int:
    """Remove a topic from the list. Returns its event's id. Raises RequestError `no-such-topic`."""
    event_id, _ = topic_rows.by_id(act.connection, topic_id)
    topic_rows.hide(act.connection, topic_id, act.moment.at)
    return event_id


def _takes_topics(act: Act, event_id: int) -> None:
    """Require an unconference that is not over. Raises RequestError `no-topics`, `event-over`."""
    event = event_rows.by_id(act.connection, event_id)
    if event.kind is not EventKind.UNCONFERENCE:
        raise RequestError("no-topics", field="topic", number=event_id)
    if event.state not in LIVE or (event.terms is not None and event.terms.ends_at <= act.moment.at):
        raise RequestError("event-over", number=event_id)
