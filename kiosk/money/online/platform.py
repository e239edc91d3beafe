"""Speaks to HelloAsso: gets a token by client credentials, a page for a payment, a payment's outcome, and the list of
payments.

Written from HelloAsso's published reference (API version 5). The secret and the token, which is good for half an hour,
are files of the program that calls outwards. Neither is shown or logged; an error tells the answer's status alone.
"""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from kiosk import keys
from kiosk.config import OnlineConfig
from kiosk.domain.money.checkout import KEY, Intent, Listed, Made, Page
from kiosk.errors import MachineError

_PATIENCE_SECONDS = 15.0  # for one answer of the platform
_LONGEST_ANSWER = 4_000_000  # bytes
_EARLY = timedelta(minutes=2)  # a token is not used in its last minutes
_PAGE_SIZE, _MOST_PAGES = 100, 60  # of the list: payments on a page, and pages
_NOT_ALLOWED, _TOO_FAST = (401, 403), 429  # HTTP statuses
ITEM = "Paiement sur le compte de membre"  # the name of the payment on the platform's list
Answer = TypeVar("Answer")


class Token(Struct, frozen=True):
    """A token, as the platform sends it; `expires_in` seconds."""

    access_token: str
    expires_in: int = 1800


class KeptToken(Struct, frozen=True):
    """A token as its file stores it, with its end."""

    token: str
    until: datetime


class Wish(Struct, frozen=True):
    """A payment that needs a page: the amount in cents, our reference, and the address to which the payer returns."""

    cents: int
    reference: str
    back: str


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the token would be sent to another server."""

    def redirect_request(self, *_given: object) -> None:
        """Return nothing, so that a redirection is an error."""


class Platform:
    """HelloAsso's interface for one association. `secret` and `kept` are the files of the secret and of the token;
    `now` is the moment by which the token is judged.
    """

    def __init__(self, settings: OnlineConfig, secret: Path, kept: Path, now: datetime) -> None:
        self._settings = settings
        self._secret = secret
        self._kept = kept
        self._now = now
        self._token = ""
        self._opener = urllib.request.build_opener(_NoRedirects())

    def page(self, wish: Wish) -> Made:
        """Ask for a page on which a sum can be paid, and return it. Raises MachineError as `_answer`."""
        body = {
            "totalAmount": wish.cents,
            "initialAmount": wish.cents,
            "itemName": ITEM,
            **dict.fromkeys(("backUrl", "errorUrl", "returnUrl"), wish.back),
            "containsDonation": False,
            "metadata": {KEY: wish.reference},
        }
        page = self._request(Made, "checkout-intents", json.dumps(body).encode())
        if not self.is_theirs(page.redirect_url):
            raise MachineError("online-answer", "the platform's page is not the platform's own")
        return page

    def intent(self, number: str) -> Intent:
        """Return what the platform knows of a payment. Raises MachineError as `_answer`."""
        return self._request(Intent, f"checkout-intents/{urllib.parse.quote(number, safe='')}")

    def payments(self, since: date) -> Iterator[Listed]:
        """Yield the payments since a day, page by page, the first 6000 at most. Raises MachineError as `_answer`."""
        for index in range(1, _MOST_PAGES + 1):
            query = {"from": since.isoformat(), "pageIndex": index, "pageSize": _PAGE_SIZE, "sortOrder": "Asc"}
            page = self._request(Page, f"payments?{urllib.parse.urlencode(query)}")
            yield from page.data
            if len(page.data) < _PAGE_SIZE:
                return

    def is_theirs(self, link: str) -> bool:
        """Return whether an address is on the platform's own site: a payer is sent to no other."""
        server, there = urllib.parse.urlsplit(self._settings.server), urllib.parse.urlsplit(link)
        own = (server.hostname or "").removeprefix("api.")
        host = there.hostname or ""
        return there.scheme == server.scheme and (host == own or host.endswith(f".{own}"))

    def _request(self, kind: type[Answer], path: str, body: bytes | None = None) -> Answer:
        """Return the answer to a request with our token, a POST where it has a `body`; where access is refused, it is
        sent once more with a new token. Raises MachineError as `_answer`.
        """
        organisation = urllib.parse.quote(self._settings.organisation, safe="")
        address = f"{self._settings.server}/v5/organizations/{organisation}/{path}"
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
        for is_last in (False, True):
            given = {**headers, "Authorization": f"Bearer {self._bearer(is_new=is_last)}"}
            try:
                return self._answer(kind, urllib.request.Request(address, body, given))  # noqa: S310  # see config
            except MachineError as refused:
                if is_last or refused.code != "online-refused":
                    raise
        raise AssertionError("the second answer is the last")

    def _bearer(self, *, is_new: bool) -> str:
        """Return a token: the one in memory or in its file, or a new one, which is then stored; always a new one where
        `is_new`.
        """
        if is_new:
            self._token = ""
        else:
            self._token = self._token or self._stored_token()
        if not self._token:
            form = {
                "grant_type": "client_credentials",
                "client_id": self._settings.client,
                "client_secret": keys.read_word(self._secret),
            }
            address = f"{self._settings.server}/oauth2/token"
            request = urllib.request.Request(address, urllib.parse.urlencode(form).encode())  # noqa: S310  # see config
            token = self._answer(Token, request)
            self._token = token.access_token
            kept = KeptToken(token.access_token, self._now + timedelta(seconds=token.expires_in))
            keys.write_word(self._kept, msgspec.json.encode(kept).decode())
        return self._token

    def _stored_token(self) -> str:
        """Return the stored token; empty where there is none, or it ends within minutes."""
        with suppress(MachineError, msgspec.MsgspecError):
            kept = msgspec.json.decode(keys.read_word(self._kept), type=KeptToken)
            return kept.token if kept.until - _EARLY > self._now else ""
        return ""

    def _answer(self, kind: type[Answer], request: urllib.request.Request) -> Answer:
        """Send a request and return the decoded answer. Raises MachineError `online-refused` where access is refused,
        `online-busy` after too many requests, `online-away` where the platform does not answer, `online-answer` for any
        other answer.
        """
        try:
            with self._opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
                content: bytes = answer.read(_LONGEST_ANSWER)
            return msgspec.json.decode(content, type=kind)
        except urllib.error.HTTPError as refused:
            refused.close()
            raise _refusal(refused.code) from None
        except msgspec.MsgspecError:
            raise MachineError("online-answer", "the platform's answer is not what its reference says") from None
        except (OSError, ValueError, http.client.HTTPException) as fault:
            reason = type(getattr(fault, "reason", fault)).__name__
            raise MachineError("online-away", f"the platform does not answer ({reason})") from None


def _refusal(status: int) -> MachineError:
    """Return the error for a status of the platform that is not a success."""
    if status in _NOT_ALLOWED:
        return MachineError("online-refused", f"the platform refuses our key ({status})")
    if status == _TOO_FAST:
        return MachineError("online-busy", f"the platform was asked too often ({status})")
    if status >= 500:
        return MachineError("online-away", f"the platform does not answer ({status})")
    return MachineError("online-answer", f"the platform answers {status}")
