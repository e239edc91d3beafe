"""Writes the API's document (OpenAPI 3.1) from the types that the API answers with."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from kiosk import __version__
from kiosk.exports import labels
from kiosk.exports.sheets import SHEETS
from kiosk.fields import schema_hook
from kiosk.web.pages.api import shapes

ROOT = "/api/v1"
_REFERENCES = "#/components/schemas/{name}"
_MIME, _PROBLEM = "application/json", "application/problem+json"
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Send it back as If-None-Match."}}
_RETRY = {"Retry-After": {"schema": {"type": "integer"}, "description": "After how many seconds to try again."}}
_WRONG = {
    "304": "Nothing has changed.",
    "400": "A parameter is not as this document says.",
    "401": "No token, or a token that no longer works.",
    "403": "The token does not give access to this list.",
    "404": "The association does not publish this.",
    "406": "This format does not exist.",
    "421": "The API is reached under another host name.",
    "422": "The first day is after the last.",
    "429": "Too many requests.",
    "503": "The desk does not respond, or too many requests arrive at once.",
}
_SHARED_SUMMARIES = {
    "occupancy": "How many people are here",
    "opening": "Opening hours",
    "agenda": "Coming events",
    "prices": "Prices",
}


def document() -> dict[str, Any]:
    """Return the whole OpenAPI document, ready to be encoded as JSON."""
    queries: list[type[Struct]] = [shapes.ListQuery, shapes.SharedQuery]
    types: list[type[Struct]] = [*queries, shapes.ProblemDetails, *shapes.LISTS.values(), *shapes.SHARED.values()]
    references, components = msgspec.json.schema_components(types, schema_hook=schema_hook, ref_template=_REFERENCES)
    # Queries are written as parameters of a path, not among the schemas.
    of_list, of_shared = (_parameters(components.pop(query.__name__)) for query in queries)
    named = dict(zip([shape.__name__ for shape in types], references, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Check-in kiosk",
            "version": __version__,
            "description": "Lists of the association, with a token, and what it shows everyone. Read only.",
        },
        "paths": {**_lists(named, of_list), **_shared(named, of_shared), **_own()},
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "Made at the desk."}},
        },
    }


def _lists(named: Mapping[str, Any], parameters: list[Any]) -> dict[str, Any]:
    """Return the paths of the lists; `named` holds references to types by their names."""
    return {
        f"{ROOT}/lists/{name}": {
            "get": {
                "operationId": f"list-{name}",
                "summary": labels.title(name, "en"),
                "security": [{"token": []}],
                "parameters": parameters,
                "responses": {
                    "200": _body(named[shapes.LISTS[name].__name__], _MIME),
                    **_wrong(named, "304", "400", "401", "403", "421", "422", "429", "503"),
                },
            }
        }
        for name in SHEETS
    }


def _shared(named: Mapping[str, Any], parameters: list[Any]) -> dict[str, Any]:
    """Return the paths of what everyone may know: each as JSON, and as one line of HTML."""
    wrong = _wrong(named, "304", "400", "404", "421", "429", "503")
    paths: dict[str, Any] = {}
    for name, summary in _SHARED_SUMMARIES.items():
        body = _body(named[shapes.SHARED[name].__name__], _MIME)
        line = _body({"type": "string"}, "text/html")
        for ending, answer, form in (("", body, ""), (".html", line, ", as a line to embed")):
            operation = f"public-{name}{'-line' if ending else ''}"
            paths[f"{ROOT}/public/{name}{ending}"] = {
                "get": {
                    "operationId": operation,
                    "summary": summary + form,
                    "security": [],
                    "parameters": parameters,
                    "responses": {"200": answer, **wrong},
                }
            }
    return paths


def _own() -> dict[str, Any]:
    """Return the path of this document."""
    answer = _body({"type": "object"}, _MIME)
    operation = {"operationId": "document", "summary": "This document", "security": [], "responses": {"200": answer}}
    return {f"{ROOT}/openapi.json": {"get": operation}}


def _body(schema: Mapping[str, Any], mime: str) -> dict[str, Any]:
    """Return a successful response with its type and content."""
    return {"description": "Done.", "headers": _ETAG, "content": {mime: {"schema": schema}}}


def _wrong(named: Mapping[str, Any], *statuses: str) -> dict[str, Any]:
    """Return the document's responses for these HTTP statuses: each but 304 (nothing changed) has problem details as
    its content; 429 and 503 have the header that says when to try again.
    """
    content = {_PROBLEM: {"schema": named[shapes.ProblemDetails.__name__]}}
    responses: dict[str, Any] = {}
    for status in statuses:
        responses[status] = {"description": _WRONG[status]} | ({} if status == "304" else {"content": content})
        if status in ("429", "503"):
            responses[status]["headers"] = _RETRY
    return responses


def _parameters(query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters that the address may have, from the schema of a query's type, none of them required. Takes
    each description out of the schema: a parameter has it beside its schema.
    """
    return [
        {"name": name, "in": "query", "required": False, "description": schema.pop("description"), "schema": schema}
        for name, schema in query["properties"].items()
    ]
