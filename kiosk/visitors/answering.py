"""Answers requests from the public pages for the office: expects a visitor, enrols a person, quotes a room, or
declines.
"""

from datetime import date, timedelta
from typing import Unpack

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingParts, SealingUseCase
from kiosk.domain.visitors import requests as rules_of
from kiosk.domain.visitors.requests import Kind, State, Step
from kiosk.errors import RequestError
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.messages import visitor_notice
from kiosk.rooms import bookings, quotes
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.quotes import Asked
from kiosk.store.members import organisations
from kiosk.store.members.members import Member
from kiosk.store.rooms import quote_rows
from kiosk.store.visitors import request_rows
from kiosk.store.visitors.request_rows import PublicRequest
from kiosk.visitors import asking
from kiosk.visitors.links import Links


class Offer(Struct, frozen=True, kw_only=True):
    """How a room is quoted: to the client with the id `organisation` or, for None, to the one that the request names;
    until which day, included (None: as `_until` says); with which advance and security deposit in cents (0: none).
    """

    organisation: int | None = None
    valid_until: date | None = None
    advance_cents: int = 0
    caution_cents: int = 0


class Answering(SealingUseCase):
    """Answers requests in the name of `actor`; `links` makes the links in the mails."""

    def __init__(self, links: Links, **parts: Unpack[SealingParts]) -> None:
        super().__init__(**parts)
        self._links = links

    def expect(self, request_id: int) -> None:
        """Confirm to a visitor that their day suits. Raises RequestError `no-such-request`, Problem `request-over`."""
        self._answer(request_id, Kind.VISIT, Step.DO)

    def decline(self, request_id: int) -> None:
        """Decline a request and free what its quote holds. Raises RequestError `no-such-request`, Problem
        `request-over`.
        """
        self._answer(request_id, None, Step.DECLINE)

    def _answer(self, request_id: int, kind: Kind | None, move: Step) -> None:
        """Settle a request of a `kind` (None: any) by a step, free what its open quote holds, and mail the answer:
        agreed for `Step.DO`, else declined.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            visitor_request = self._of_kind(connection, request_id, kind)
            asking.settle(connection, visitor_request, move, moment, self._actor)
            # As a function: the rules of rooms are read only where there is a quote to free.
            asking.let_quote_go(
                connection, visitor_request, lambda: bookings.terms_at(connection, self._rules, moment.at)
            )
            link = self._links.of(visitor_request.mark)
            visitor_notice.put_answer(connection, visitor_request, link, moment.at, agreed=move is Step.DO)

    def _of_kind(self, connection: sa.Connection, request_id: int, kind: Kind | None) -> PublicRequest:
        """Return a request of a kind (None: any). Raises RequestError `no-such-request`, also for another kind, or
        `request-over` where the holder of a new badge continues it at the entrance's screen.
        """
        visitor_request = request_rows.by_id(connection, request_id)
        if kind is not None and visitor_request.kind is not kind:
            raise RequestError("no-such-request", number=request_id)
        if request_rows.is_taken(connection, request_id):
            raise RequestError("request-over")
        return visitor_request

    def enrol(self, request_id: int) -> Member:
        """Enrol the person of a request to join, erase their words from the request, and return the new member.

        Raises RequestError `no-such-request` or `no-such-plan`, Problem `request-over`.
        """
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            visitor_request = self._of_kind(connection, request_id, Kind.JOIN)
            plan = enrolment.first_plan(connection, policy)
            application = Application(
                name=visitor_request.name, plan=plan, email=visitor_request.email, language=visitor_request.language
            )
            asking.settle(connection, visitor_request, Step.DO, moment, self._actor)  # refuses one that has an answer
            member = enrolment.begin(connection, policy, moment, self._seal, application, self._actor)
            visitor_notice.put_answer(
                connection, visitor_request, self._links.of(visitor_request.mark), moment.at, agreed=True
            )
            request_rows.note(connection, visitor_request.id, name=None, email=None, said=None)
            return member

    def quote(self, request_id: int, offer: Offer) -> int:
        """Quote the room of a request, hold it, mail the link to accept the quote, and return the quote's id; done
        again, only return that id. Raises RequestError `no-such-request`, `request-over` where the request does not
        wait or has no room, and what `Quotes.quote_room` raises.
        """
        with self._store.writing() as connection:
            terms = bookings.terms_at(connection, self._rules, self._clock.now())
            visitor_request = self._of_kind(connection, request_id, Kind.ROOM)
            if visitor_request.quote is not None:
                return visitor_request.quote
            if (
                visitor_request.state is not State.WAITING
                or visitor_request.room is None
                or visitor_request.slot is None
            ):
                raise RequestError("request-over")
            client = asking.client_of(connection, visitor_request) if offer.organisation is None else offer.organisation
            organisations.by_id(connection, client)  # refuses an unknown one
            wish = BookingWish(
                room=visitor_request.room,
                slot=visitor_request.slot,
                organisation=client,
                title=visitor_request.organisation,
            )
            until = offer.valid_until or self._until(terms.moment.day, visitor_request)
            asked = Asked(valid_until=until, advance_cents=offer.advance_cents, caution_cents=offer.caution_cents)
            number = quotes.hold_room(
                connection, self._rules, self._seal, terms, wish, asked, visitor_request.mark, self._actor
            )
            request_rows.note(connection, visitor_request.id, quote_id=number, organisation_id=client)
            quote = quote_rows.by_id(connection, number)
            link = self._links.of(visitor_request.mark)
            visitor_notice.put_quote(connection, visitor_request, quote, link, terms.moment.at)
            return number

    def _until(self, today: date, request: PublicRequest) -> date:
        """Return the last day of a quote where the office names none: `QUOTE_DAYS` after today, but at the latest the
        day before the booking, and never before today.
        """
        return min(today + timedelta(days=rules_of.QUOTE_DAYS), max(today, request.day_on - timedelta(days=1)))
