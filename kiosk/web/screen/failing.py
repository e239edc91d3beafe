"""Answers for the screen where something failed: an error code for scripts, and for people a page that reloads by
itself.
"""

import logging

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException

from kiosk.errors import KioskError
from kiosk.language.catalogues import OURS, Language
from kiosk.web.screen import icons, texts
from kiosk.web.screen.guards import status_of

_log = logging.getLogger(__name__)


def at_hand(language: Language) -> tuple[Language, ...]:
    """Return the languages in which a page can say by itself that the server does not answer: French, English and
    `language`, the page's own.
    """
    return tuple(dict.fromkeys((*OURS, language)))


def answer(error: Exception, language: Language, assets: str) -> tuple[Response, int]:
    """Return the answer to an exception, and its HTTP status, for any address of the screen: JSON with the error's
    code; for the page itself, where the server failed, HTML that reloads by itself. A fault of the program is logged.
    """
    if isinstance(error, KioskError):
        status, code = status_of(error), error.code
    elif isinstance(error, HTTPException) and error.code is not None:
        status, code = error.code, "not-found" if error.code == 404 else "bad-request"
    else:
        _log.exception("the screen could not answer %s", request.path)
        status, code = 500, "fault"
    if request.endpoint == "healthz":  # 503 is its answer where something is wrong: a fault, 500, is told so, too
        return jsonify(ok=False, code=code), max(status, 503) if status >= 500 else status
    if request.endpoint == "page" and status >= 500:
        return Response(_makeshift(language, assets), mimetype="text/html"), status
    return jsonify(code=code), status


def _makeshift(language: Language, assets: str) -> str:
    """Return a page for when even the page fails. It needs no template; its script draws the real
    page once that works.
    """
    face_in = {spoken: _makeshift_face(spoken) for spoken in at_hand(language)}
    troubles = "".join(f'<template id="trouble-{spoken}">{face}</template>' for spoken, face in face_in.items())
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{texts.PAGE_TITLE.to(language)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/static/screen.css?v={assets}">'
        f'<script src="/static/screen.js?v={assets}" defer></script>'
        f'<main id="stage" data-assets="{assets}">{face_in[language]}</main>'
        f'<p id="heard" class="heard" role="status" aria-live="polite" aria-atomic="true"></p>{troubles}</html>'
    )


def _makeshift_face(language: Language) -> str:
    """Return the face of trouble as HTML, in a language, without a template."""
    words = texts.TROUBLE
    lines = "".join(f"<p>{line.to(language)}</p>" for line in words.lines)
    return (
        f'<div class="face choice" data-state="trouble" lang="{language}"><div class="verdict">'
        f'<div class="shape drop">{icons.icon("hourglass")}</div><div class="words">'
        f'<h1>{words.title.to(language)}</h1><p class="lead">{words.lead.to(language)}</p>{lines}</div></div></div>'
    )
