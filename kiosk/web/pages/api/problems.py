"""Answers the API's errors as problem details (RFC 9457), with the error codes of the whole program."""

from typing import Any

import msgspec
from flask import Response
from werkzeug.exceptions import HTTPException

from kiosk.language import problems
from kiosk.language.catalogues import Language
from kiosk.web.pages.api.shapes import ProblemDetails

MIME = "application/problem+json"
UNKNOWN = ("token-unknown", "token-over")  # codes of tokens that the desk does not accept (any more)
_STATUS = {  # HTTP status by code
    "api-busy": 503,
    "api-method": 405,
    "api-off": 404,
    "api-query": 400,
    "bad-host": 421,
    "no-such-list": 404,
    "period": 422,
    "token-missing": 401,
    "token-over": 401,
    "token-scope": 403,
    "token-unknown": 401,
    "too-often": 429,
}


# Codes of errors before the API was reached, by their HTTP status.
_BEFORE = {400: "api-query", 404: "no-such-list", 405: "api-method", 413: "api-query", 421: "bad-host"}


class Wrong(Exception):
    """An error of the API: its code, the values for its sentence, and `says` where the desk has put it in words.

    A code without a status here becomes `desk-away`.
    """

    def __init__(self, code: str, *, says: str = "", seconds: int = 0, **values: object) -> None:
        super().__init__(code)
        self.code = code if code in _STATUS else "desk-away"
        self.says = says
        self.seconds = seconds
        self.values: dict[str, Any] = {"seconds": seconds, **values}


def response(wrong: Wrong, language: Language) -> Response:
    """Return an error as problem details in a language, with its status and headers; an error of the desk's is 503, to
    be tried again in 5 seconds unless the error says when.
    """
    status = _STATUS.get(wrong.code, 503)
    title = wrong.says or problems.told(wrong.code, language, wrong.values)
    body = ProblemDetails(type=f"urn:kiosk:problem:{wrong.code}", title=title, status=status, code=wrong.code)
    answer = Response(msgspec.json.encode(body), status, content_type=MIME)
    answer.headers["Cache-Control"] = "no-store"
    if wrong.seconds or status == 503:
        answer.headers["Retry-After"] = str(wrong.seconds or 5)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="kiosk"'
    if status == 405:
        answer.headers["Allow"] = "GET, HEAD"
    return answer


def of_error(error: Exception, language: Language) -> Response:
    """Return problem details for an error before the API was reached: another host name, another method, an unknown
    address.
    """
    status = error.code if isinstance(error, HTTPException) else None
    return response(Wrong(_BEFORE.get(status or 503, "desk-away")), language)
