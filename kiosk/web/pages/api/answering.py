"""Answers requests for the API: reads the question, keeps the limits, asks the desk, and sends its answer.

This program knows no valid tokens and no rows of lists; only the desk does. What it keeps is in memory, bounded, and
for seconds: how often each asked, which tokens were accepted, and the answers that are the same for everyone.
"""

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import msgspec
from flask import Response, request
from markupsafe import escape
from msgspec import Struct

from kiosk.domain.space.sharing import SHARED
from kiosk.errors import MachineError
from kiosk.exports.sheets import SHEETS
from kiosk.fields import dec_hook
from kiosk.language import catalogues
from kiosk.language.catalogues import Language, language_of
from kiosk.web.pages import guards, speech
from kiosk.web.pages.api import document, problems
from kiosk.web.pages.api.problems import Wrong
from kiosk.web.pages.api.shapes import ListQuery, NoQuery, SharedQuery
from kiosk.web.pages.speech import Answered, Facts, Refused

log = logging.getLogger(__name__)
Q = TypeVar("Q", bound=Struct)
Ask = Callable[[speech.Question], Answered]
ASKED, SECONDS = 90, 30.0  # requests in so many seconds, of one token, or of one address without a token
WRONG = 20  # wrong tokens from one address, in the same time
AT_ONCE, PATIENCE_SECONDS = 2, 2.0  # questions to the desk, so that it stays free for others
GOOD_TOKENS = 500  # that are remembered as accepted
SHARED_SECONDS = 15.0  # for which everyone gets the same answer
_NO_TOKEN = "-"  # noqa: S105  # asked in the place of text that cannot be a token: the desk refuses it as unknown
_READS = ("GET", "HEAD")
_EMBEDDED = {  # headers of answers that other web sites may show in a frame, or read
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *; base-uri 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
_LINE_PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{line}</title>'
    '<body style="margin:0;font:1rem/1.5 system-ui,sans-serif"><p style="margin:0">{line}</p></body></html>\n'
)


class Api:
    """The API for scripts: its limits, and the answers that are shared for some seconds."""

    def __init__(self, ask: Ask, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._tokens = guards.Pace(monotonic, ASKED, SECONDS)
        self._addresses = guards.Pace(monotonic, ASKED, SECONDS)
        self._wrong = guards.Pace(monotonic, WRONG, SECONDS)
        self._good: OrderedDict[bytes, None] = OrderedDict()  # digests of accepted tokens, the last used one last
        # By name and language: when the desk told it, and what it told.
        self._shared: dict[tuple[str, str], tuple[float, Facts]] = {}
        self._room = threading.BoundedSemaphore(AT_ONCE)  # for questions to the desk
        self._lock = threading.Lock()
        self._document = b""

    def answer(self, path: str) -> Response:
        """Answer a request below `/api/`. Never raises: every error becomes problem details."""
        language = self._language()
        try:
            return self._answered(path, language)
        except Wrong as wrong:
            return problems.response(wrong, language)
        except MachineError as fault:
            log.warning("the API could not be answered: %s", fault)
            return problems.response(Wrong("desk-away", seconds=5), language)
        except Exception:  # one request: the next one is answered
            log.exception("a request for the API failed")
            return problems.response(Wrong("desk-away", seconds=5), language)

    def _answered(self, path: str, language: Language) -> Response:
        """Answer one request by its path: `v1/lists/NAME` (a window of a list), `v1/public/NAME` or `NAME.html` (what
        everyone may know, as JSON or one line), or `v1/openapi.json` (the API's document). Raises Wrong.
        """
        version, _, rest = path.partition("/")
        kind, _, name = rest.partition("/")
        plain = name.removesuffix(".html")
        is_list, is_shared = kind == "lists" and name in SHEETS, kind == "public" and plain in SHARED
        if version != "v1" or not (is_list or is_shared or rest == "openapi.json"):
            raise Wrong("no-such-list")
        if request.method not in _READS:
            raise Wrong("api-method")
        if is_list:
            return self._list(name, language)
        if self._addresses.is_too_fast(request.remote_addr or ""):
            raise Wrong("too-often", seconds=int(SECONDS))
        if is_shared:
            return self._public(plain, language, is_line=plain != name)
        _query(NoQuery)  # refuses any parameter
        self._document = self._document or msgspec.json.encode(document.document())
        return _sent(self._document, "application/json", "public, max-age=3600", _EMBEDDED)

    # --- lists

    def _list(self, name: str, language: Language) -> Response:
        """Return a window of a list for the token of the request."""
        token = self._token()
        asked = _query(ListQuery)
        question = speech.ReadList(
            language=language,
            token=token,
            name=name,
            from_on=asked.from_on.isoformat() if asked.from_on else "",  # UNSET, where it is missing, is false
            until_on=asked.until_on.isoformat() if asked.until_on else "",
            after=asked.after or "",
            size=asked.limit,
        )
        facts = self._ask_desk(question)
        self._remember(token)
        answer = _sent(facts.content, "application/json", "private, no-cache")
        answer.vary.add("Authorization")
        return answer

    def _token(self) -> str:
        """Return the bearer token of the request. Raises Wrong `token-missing`; or `too-often`: requests with a token
        that the desk accepted before are counted by that token, all others by their address.
        What cannot be a token (over 64 characters, or not ASCII) becomes "-", which the desk does not know.
        """
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token.strip()
        address = request.remote_addr or ""
        if scheme.casefold() != "bearer" or not token:
            if self._addresses.is_too_fast(address):
                raise Wrong("too-often", seconds=int(SECONDS))
            raise Wrong("token-missing")
        if not token.isascii() or len(token) > 64:
            token = _NO_TOKEN
        digest = _digest(token)
        with self._lock:
            is_known = digest in self._good
        if not is_known and self._wrong.is_too_fast(address):  # counts each token that was not accepted before
            raise Wrong("too-often", seconds=int(SECONDS))
        if is_known and self._tokens.is_too_fast(digest.hex()):
            raise Wrong("too-often", seconds=int(SECONDS))
        return token

    def _remember(self, token: str) -> None:
        """Remember a token as accepted, so that wrong tokens from the same address no longer slow it down. Beyond
        `GOOD_TOKENS`, the one that was used least recently is forgotten.
        """
        digest = _digest(token)
        with self._lock:
            self._good[digest] = None
            self._good.move_to_end(digest)
            if len(self._good) > GOOD_TOKENS:
                self._good.popitem(last=False)

    def _forget(self, question: speech.Question) -> None:
        """Forget that a question's token was accepted, because the desk no longer knows it."""
        if isinstance(question, speech.ReadList):
            with self._lock:
                self._good.pop(_digest(question.token), None)

    # --- facts that everyone may know

    def _public(self, name: str, language: Language, *, is_line: bool) -> Response:
        """Return something that everyone may know, as JSON or as a page of one line, for other web sites, too."""
        asked = _query(SharedQuery).language
        spoken = language_of(asked, language) if asked else language
        facts = self._shared_facts(name, spoken)
        cached = f"public, max-age={int(SHARED_SECONDS)}"
        if is_line:
            page = _LINE_PAGE.format(language=spoken, line=escape(facts.line)).encode()
            answer = _sent(page, "text/html; charset=utf-8", cached, _EMBEDDED)
        else:
            answer = _sent(facts.content, "application/json", cached, _EMBEDDED)
        answer.vary.add("Accept-Language")
        return answer

    def _shared_facts(self, name: str, language: Language) -> Facts:
        """Return something that everyone may know; the desk is asked again after `SHARED_SECONDS`."""
        now, key = self._monotonic(), (name, str(language))
        with self._lock:
            since, known = self._shared.get(key, (0.0, None))
        if known is not None and now - since < SHARED_SECONDS:
            return known
        facts = self._ask_desk(speech.ReadShared(language=language, name=name))
        with self._lock:
            self._shared[key] = now, facts
        return facts

    # --- the desk

    def _ask_desk(self, question: speech.Question) -> Facts:
        """Ask the desk, when there is room for a question. Raises Wrong `api-busy` where there is none in time, Wrong
        with the desk's own code where it refuses, MachineError `desk-away` where it fails.
        """
        if not self._room.acquire(timeout=PATIENCE_SECONDS):
            raise Wrong("api-busy", seconds=1)
        try:
            answer = self._ask(question)
        finally:
            self._room.release()
        match answer:
            case Facts():
                return answer
            case Refused(code=code, says=says):
                if code in problems.UNKNOWN:  # codes of a token that the desk does not accept
                    self._forget(question)
                raise Wrong(code, says=says)
        raise MachineError("desk-away", "the desk answered something else")

    @staticmethod
    def _language() -> Language:
        """Return the language that the request accepts."""
        return language_of(request.accept_languages.best_match(catalogues.offered()), catalogues.settled())


def _digest(token: str) -> bytes:
    """Return the digest under which a token is remembered, so that memory holds no tokens."""
    return hashlib.sha256(token.encode()).digest()


def _query(kind: type[Q]) -> Q:
    """Return the parameters of the address as a type; each may stand there once. Raises Wrong `api-query` for a
    parameter that the document does not have, or a wrong value.
    """
    for name in request.args:
        if name not in kind.__struct_encode_fields__ or len(request.args.getlist(name)) > 1:
            raise Wrong("api-query", label=name[:40])
    try:
        return msgspec.convert(dict(request.args), kind, strict=False, dec_hook=dec_hook)
    except msgspec.ValidationError as wrong:  # its message ends with the parameter, like: - at `$.limit`
        raise Wrong("api-query", label=str(wrong).rpartition("$.")[2].rstrip("`")) from None


def _sent(content: bytes, mime: str, kept: str, headers: dict[str, str] | None = None) -> Response:
    """Return an answer with its ETag; 304 where the script has the same one. `kept` is its Cache-Control header."""
    answer = Response(content, content_type=mime, headers=headers)
    answer.set_etag(hashlib.sha256(content).hexdigest()[:32])
    answer.headers["Cache-Control"] = kept
    answer.make_conditional(request)
    return answer
