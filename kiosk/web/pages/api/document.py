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
    "401": "No token, or one that does not work any more.",
    "403": "The token does not read this list.",
    "404": "The association does not publish this.",
    "406": "There is no such form.",
    "421": "The API has another name.",
    "422": "The first day is after the last.",
    "429": "Too many requests.",
    "503": "The desk does not answer, or too many ask at once.",
}
_SHARED_TOLD = {
    "occupancy": "How many people are here",
    "opening": "When it is open",
    "agenda": "What is to come",
    "prices": "What it costs",
}


def document() -> dict[str, Any]:
    """Return the whole OpenAPI document, ready to be encoded as JSON."""
    queries: list[type[Struct]] = [shapes.ListQuery, shapes.SharedQuery]
    types: list[type[Struct]] = [*queries, shapes.ProblemDetails, *shapes.LISTS.values(), *shapes.SHARED.values()]
    references, components = msgspec.json.schema_components(types, schema_hook=schema_hook, ref_template=_REFERENCES)
    of_list, of_shared = (_parameters(components.pop(each.__name__)) for each in queries)
    named = dict(zip([each.__name__ for each in types], references, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Check-in kiosk",
            "version": __version__,
            "description": "Lists of the association, by a token; and what it shows everybody. Reading only.",
        },
        "paths": {**_lists(named, of_list), **_shared(named, of_shared), **_own()},
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "Made at the desk."}},
        },
    }


def _lists(named: Mapping[str, Any], parameters: list[Any]) -> dict[str, Any]:
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
    wrong = _wrong(named, "304", "400", "404", "421", "429", "503")
    found: dict[str, Any] = {}
    for name, told in _SHARED_TOLD.items():
        body = _body(named[shapes.SHARED[name].__name__], _MIME)
        line = _body({"type": "string"}, "text/html")
        for ending, answer, form in (("", body, ""), (".html", line, ", as a line to embed")):
            operation = f"public-{name}{'-line' if ending else ''}"
            found[f"{ROOT}/public/{name}{ending}"] = {
                "get": {
                    "operationId": operation,
                    "summary": told + form,
                    "security": [],
                    "parameters": parameters,
                    "responses": {"200": answer, **wrong},
                }
            }
    return found


def _own() -> dict[str, Any]:
    answer = _body({"type": "object"}, _MIME)
    operation = {"operationId": "document", "summary": "This document", "security": [], "responses": {"200": answer}}
    return {f"{ROOT}/openapi.json": {"get": operation}}


def _body(schema: Mapping[str, Any], mime: str) -> dict[str, Any]:
    return {"description": "Done.", "headers": _ETAG, "content": {mime: {"schema": schema}}}


def _wrong(named: Mapping[str, Any], *statuses: str) -> dict[str, Any]:
    content = {_PROBLEM: {"schema": named[shapes.ProblemDetails.__name__]}}
    found: dict[str, Any] = {}
    for status in statuses:
        found[status] = {"description": _WRONG[status]} | ({} if status == "304" else {"content": content})
        if status in ("429", "503"):
            found[status]["headers"] = _RETRY
    return found


def _parameters(query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the address may ask, of the schema of a query's type."""
    return [
        {"name": name, "in": "query", "required": False, "description": schema.pop("description"), "schema": schema}
        for name, schema in query["properties"].items()
    ]
