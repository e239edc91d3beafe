"""Stands in for HelloAsso on this machine: a server that answers as its published reference of API version 5 says.

From the reference at dev.helloasso.com and the documentation of its published clients, not from the platform itself:
client credentials at `/oauth2/token`; `POST` and `GET` of checkout-intents, whose `order` is there once it is paid; the
list of payments, page by page. What goes wrong is said beforehand: an answer that is lost, a token that is refused, too
many requests.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SLUG, CLIENT, SECRET = "la-coroutine", "9fdc22226bf24ff9", "un-secret-de-helloasso"
LOST, BUSY, REFUSED, DOWN, NONSENSE = "lost", "429", "401", "503", "nonsense"

_PAGE = """<!doctype html><html lang="fr"><title>Paiement</title><h1>Payer {euros} €</h1>
<form method="post"><button>Payer par carte</button></form><a href="{back}">Revenir sans payer</a></html>"""


@dataclass
class HelloAsso:
    """The platform: intents, orders and payments by number, and what goes wrong next, by method."""

    url: str = ""
    intents: dict[int, dict[str, Any]] = field(default_factory=dict)
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    doubles: bool = False  # its list says everything twice
    strange: list[dict[str, Any]] = field(default_factory=list)  # payments of other forms in its list
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # --- what payers and the association do there

    def pay(self, intent: int, cents: int | None = None, *, tip: int = 0, state: str = "Authorized") -> int:
        """A payer pays on a page. Returns the payment's number."""
        with self._lock:
            return self._paid(intent, cents, tip, state)

    def _paid(self, intent: int, cents: int | None = None, tip: int = 0, state: str = "Authorized") -> int:
        made = self.intents[intent]
        order = made.setdefault("order", 1000 + intent)
        known = self.orders.setdefault(order, {"slug": SLUG, "payments": []})
        number: int = 10 * order + len(known["payments"])
        sum_ = made["totalAmount"] if cents is None else cents
        paid = {"id": number, "amount": sum_, "amountTip": tip, "state": state, "paymentMeans": "Card"}
        known["payments"].append({**paid, "date": "2026-11-25T09:00:00+01:00", "refundOperations": []})
        return number

    def becomes(self, payment: int, state: str, *refunds: int) -> None:
        """A payment is refunded or contested there."""
        for order in self.orders.values():
            for paid in order["payments"]:
                if paid["id"] == payment:
                    paid |= {"state": state, "refundOperations": [{"id": 1, "amount": cents} for cents in refunds]}

    def fail(self, *faults: str, on: str = "") -> None:
        """Let the next requests fail, one after the other; `on` is how such a request begins."""
        self.faults += [(fault, on) for fault in faults]

    @property
    def pages(self) -> list[int]:
        """The pages that were made, by number."""
        return list(self.intents)

    # --- what it answers

    def answer(self, method: str, path: str, body: bytes, bearer: str) -> tuple[int, Any]:
        """Answer one request: a status and what is said."""
        with self._lock:
            where = urlsplit(path)
            self.asked.append(f"{method} {where.path}")
            if where.path.startswith("/checkout/"):
                return self._checkout(method, int(where.path.rpartition("/")[2]))
            fault = self._next_fault(f"{method} {where.path}")
            if fault in (BUSY, DOWN):
                return int(fault), {"message": "later"}
            if fault == REFUSED:
                self.tokens.clear()
            if where.path == "/oauth2/token":
                found = self._token(parse_qs(body.decode()))
            elif bearer not in self.tokens:
                return 401, {"message": "Unauthorized"}
            else:
                found = self._resource(method, where.path, parse_qs(where.query), body)
            return (0, None) if fault == LOST else (200, "<html>") if fault == NONSENSE else found

    def _next_fault(self, request: str) -> str:
        for place, (fault, on) in enumerate(self.faults):
            if request.startswith(on):
                del self.faults[place]
                return fault
        return ""

    def _checkout(self, method: str, intent: int) -> tuple[int, Any]:
        """The page on which a payer pays: its button leads back, as its other link does to who does not pay."""
        wish = self.intents[intent]
        if method == "GET":
            return 200, _PAGE.format(euros=f"{wish['totalAmount'] / 100:.2f}", back=wish["backUrl"])
        self._paid(intent)
        return 303, f"{wish['returnUrl']}&checkoutIntentId={intent}&code=succeeded&orderId={wish['order']}"

    def _token(self, form: dict[str, list[str]]) -> tuple[int, Any]:
        wanted = {"grant_type": ["client_credentials"], "client_id": [CLIENT], "client_secret": [SECRET]}
        if form != wanted:
            return 401, {"error": "invalid_client"}
        token = f"jeton-{len(self.asked)}"
        self.tokens.add(token)
        return 200, {"access_token": token, "refresh_token": "r", "token_type": "bearer", "expires_in": 1799}

    def _resource(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        own = f"/v5/organizations/{SLUG}/"
        if not path.startswith(own):
            return 403, {"message": "no role"}
        kind, _, number = path.removeprefix(own).partition("/")
        if kind == "payments" and method == "GET":
            return 200, self._list(int(query["pageIndex"][0]), int(query["pageSize"][0]))
        if kind == "checkout-intents" and method == "POST":
            return self._intend(json.loads(body))
        if kind == "checkout-intents" and method == "GET" and number.isdecimal() and int(number) in self.intents:
            return 200, self._told(int(number))
        return 404, {"message": "not found"}

    def _intend(self, wish: dict[str, Any]) -> tuple[int, Any]:
        needed = ("totalAmount", "initialAmount", "itemName", "backUrl", "errorUrl", "returnUrl", "containsDonation")
        if any(name not in wish for name in needed) or wish["totalAmount"] != wish["initialAmount"]:
            return 400, {"errors": [{"code": "ArgumentInvalid"}]}
        number = 5000 + len(self.intents)
        self.intents[number] = wish
        return 200, {"id": number, "redirectUrl": f"{self.url}/checkout/{number}"}

    def _told(self, number: int) -> dict[str, Any]:
        wish = self.intents[number]
        told = {"id": number, "redirectUrl": f"{self.url}/checkout/{number}", "metadata": wish.get("metadata")}
        order = wish.get("order")
        if order is None:
            return told
        known = self.orders[order]
        lasting = {"id": order, "organizationSlug": known["slug"], "formType": "Checkout", "checkoutIntentId": number}
        return {**told, "order": {**lasting, "amount": {"total": wish["totalAmount"]}, "payments": known["payments"]}}

    def _list(self, index: int, size: int) -> dict[str, Any]:
        every = [
            {**paid, "order": {"id": order, "organizationSlug": known["slug"], "formType": "Checkout"}}
            for order, known in self.orders.items()
            for paid in known["payments"]
        ]
        every = [*self.strange, *every] * (2 if self.doubles else 1)
        return {"data": every[(index - 1) * size : index * size], "pagination": {"pageIndex": index, "pageSize": size}}


def _handler(platform: HelloAsso) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, told = platform.answer(self.command, self.path, body, bearer)
            self.close_connection = True
            if status == 0:
                return
            content = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response(status)
            if status == 303:
                self.send_header("Location", told)
            is_page = isinstance(told, str) and told.startswith("<!doctype")
            self.send_header("Content-Type", "text/html; charset=utf-8" if is_page else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _do  # as the library asks for them

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    return Handler


@contextmanager
def running() -> Iterator[HelloAsso]:
    """A platform that answers on a free port."""
    platform = HelloAsso()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
    server.daemon_threads = True
    platform.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
