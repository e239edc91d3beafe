"""Answers each question of the members' pages; the table at the end lists everything that can be asked.

The member is known only by the secret that the telephone shows: another member's page, flow or paper does not exist for
it. A refusal is told in words; a fault of the program is told as such, and logged.

A *bearer* is the secret by which a telephone is known; a page's *flow* is its name, and *notes* are what the page knows
and its forms need (`flows`).
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.checkin.dialogue import TELEPHONE
from kiosk.domain.checkin import consent
from kiosk.domain.problems import Coded
from kiosk.domain.telephones.pairing import Ended
from kiosk.errors import MachineError, RequestError
from kiosk.language import catalogues, problems
from kiosk.language.catalogues import Language, language_of
from kiosk.language.texts import Text
from kiosk.selfservice.own.telephones import UNSAFE, WHY
from kiosk.store.space import book_rules
from kiosk.telephones import pairing
from kiosk.web.member_pages import data_views, looks, mail_views, online_views, own_views, papers
from kiosk.web.member_pages.flows import Flows
from kiosk.web.member_pages.office import Guest, Now, PagesOffice
from kiosk.web.pages import speech
from kiosk.web.pages.speech import FAULT, UNPAIRED, Answered, File, House, Pairing, Refused, View

log = logging.getLogger(__name__)

_LATE = Text(
    "Ce code a expiré : recommencez à l’écran de l’entrée.",
    "This code has expired: start again on the entrance screen.",
)
_WRONG = Text("Ce code n’est pas le bon. Réessayez.", "This code is wrong. Try again.")
_NO_MORE = Text("Ce code a expiré : demandez-en un autre.", "This code has expired: request another one.")
_PAGE_OVER = Text(
    "Cette page est restée ouverte trop longtemps. Recommencez.", "This page was open for too long. Please start again."
)
_GONE = Text(
    "Ce téléphone n’est pas relié, ou ne l’est plus. Reliez-le à l’écran de l’entrée.",
    "This phone is not paired, or no longer paired. Pair it on the entrance screen.",
)
_FAULT = Text(
    "Un problème est survenu de notre côté. Réessayez dans un instant.",
    "Something went wrong on our side. Please try again in a moment.",
)
_OVER = "page-over"  # a code of `Refused`


# Answers a question of the public pages, in a language.
Public = Callable[[PagesOffice, Any, Language], Answered]


class Answers:
    """Answers questions of all telephones; those of the public pages through the function `public`.

    The code `touch-over` of a RequestError means that the page no longer offers what was asked of it.
    """

    def __init__(self, office: PagesOffice, public: Public) -> None:
        self._office = office
        self._public = public
        self._flows = Flows()

    def answer(self, question: speech.Asked) -> Answered:
        """Return the answer to one question. Never raises: every error becomes Refused, with a sentence; a fault of the
        machine or the program, one that says no more than that something went wrong.
        """
        language = language_of(question.language or None, catalogues.settled())
        try:
            return _ANSWERS[type(question)](self, question, language)
        except MachineError as fault:
            log.warning("members' pages could not be answered: %s", fault)
            return Refused(language=language, code=FAULT, says=_FAULT.to(language))
        except RequestError as refused:
            says = _PAGE_OVER.to(language) if refused.code == "touch-over" else _told(refused, language)
            return Refused(language=language, code=refused.code, says=says)
        except Exception:  # one question: the next one is answered
            log.exception("a question of members' pages failed")
            return Refused(language=language, code=FAULT, says=_FAULT.to(language))

    # --- without a member

    def house(self, _question: speech.AskHouse, language: Language) -> Answered:
        """Return what the house is called, where its pages are, whether they are reached in its own Wi-Fi alone, and
        whether it can mail codes.
        """
        home = self._office.home
        with self._office.now(writes=False) as now:
            name = book_rules.read(now.connection, now.moment.day).association.get("name", "")
        return House(
            language=language,
            name=name,
            address=home.config.pages.address,
            needs_wifi=home.config.pages.reach == "house",
            has_mail=bool(home.config.mail.server),
            training=home.training,
        )

    def scan(self, question: speech.Scan, language: Language) -> Answered:
        """Start a pairing: the telephone that scans the QR code gets two digits; a second one ends the pairing."""
        if not self._is_safe():
            return _unsafe(language)
        with self._office.now(writes=True) as now:
            scanned = pairing.scan(now.connection, question.secret, question.kind, now.moment)
        if isinstance(scanned, Ended):
            return Pairing(language=language, state="over", says=WHY.get(scanned, _LATE).to(language))
        return Pairing(language=language, state="waits", digits=scanned.digits, bearer=scanned.bearer)

    def wait(self, question: speech.Wait, language: Language) -> Answered:
        """Return the state of a telephone's pairing."""
        with self._office.now(writes=False) as now:
            return self._pairing_state(now, question.bearer, language)

    def _pairing_state(self, now: Now, bearer: str, language: Language) -> Pairing:
        """Return the state of a pairing: paired, waiting for the screen or a mailed code, or over with its reason. A
        telephone without any pairing is told that its code has expired.
        """
        if pairing.of_bearer(now.connection, bearer, now.moment) is not None:
            return Pairing(language=language, state="paired")
        waiting = pairing.waits(now.connection, bearer, now.moment)
        if waiting is None or waiting.ended is not None:
            why = _NO_MORE if waiting is not None and waiting.by_mail else _LATE
            says = why if waiting is None or waiting.ended is None else WHY.get(waiting.ended, why)
            return Pairing(language=language, state="over", says=says.to(language))
        return Pairing(language=language, state="code" if waiting.by_mail else "waits", digits=waiting.digits)

    def ask_code(self, question: speech.AskCode, language: Language) -> Answered:
        """Send a code by mail, where mail is set up. The answer is the same for every address, so that it does not tell
        which ones are known.
        """
        if not self._office.home.config.mail.server:
            raise RequestError("touch-over", "no code is mailed here")
        if not self._is_safe():
            return _unsafe(language)
        with self._office.now(writes=True) as now:
            bearer = pairing.ask_code(now.connection, question.address, question.kind, now.moment)
        return Pairing(language=language, state="code", bearer=bearer)

    def enter_code(self, question: speech.EnterCode, language: Language) -> Answered:
        """Check a code that came by mail, and pair the telephone if it is right. A wrong one (None of `pairing`) may be
        tried again until the pairing has ended: too late, or too many tries.
        """
        if not self._is_safe():
            return _unsafe(language)
        with self._office.now(writes=True) as now:
            why = pairing.enter_code(now.connection, question.bearer, question.code, now.moment, TELEPHONE)
            if why is Ended.PAIRED:
                return self._pairing_state(now, question.bearer, language)
        if why is None:
            return Pairing(language=language, state="code", says=_WRONG.to(language))
        return Pairing(language=language, state="over", says=_NO_MORE.to(language))

    def _is_safe(self) -> bool:
        """Tell whether the pages are served over HTTPS, as pairing needs."""
        return self._office.home.config.pages.address.startswith("https://")

    # --- of a member

    def look(self, question: speech.Look, language: Language) -> Answered:
        """Return one of the member's pages. A page of an online payment first acts on HelloAsso's last message; the use
        of the telephone is noted after the transaction, which only reads.
        """
        if question.act in online_views.WAITS:
            online_views.tend(self._office, question.bearer, question.value)  # first, so that the page shows it
        with self._office.now(writes=False) as now:
            guest = self._office.guest(now, question.bearer, question.language)
            if guest is None:
                return _unpaired(language)
            shown = self._shown(guest, question.act, question.value, question.flow)
        self._office.note_use(guest)
        return shown

    def _shown(self, guest: Guest, name: str, choice: str, flow: str) -> View:
        """Return a page: one that only telephones have, or else one of the screen, with the notes of the page from
        which it was asked. An empty name stands for the account. Raises RequestError `touch-over`.
        """
        view = OWN_VIEWS.get(name)
        if view is not None:
            return view(self._flows, guest, choice)
        notes = looks.notes_of(self._flows, guest, flow) or looks.fresh_notes()
        act = looks.act_named(name or own_views.FIRST.value, consent.TELEPHONE_READS)
        return looks.turned(self._office, self._flows, guest, act, choice, notes)

    def do(self, question: speech.Do, language: Language) -> Answered:
        """Do what a page offered, and return the page that follows. Refuses it where the kiosk no longer has the notes
        of that page: it stayed open for too long, or belongs to another telephone.
        """
        with self._office.now(writes=True) as now:
            guest = self._office.guest(now, question.bearer, question.language)
            if guest is None:
                return _unpaired(language)
            notes = looks.notes_of(self._flows, guest, question.flow)
            if notes is None:
                return Refused(language=guest.language, code=_OVER, says=_PAGE_OVER.to(guest.language))
            if question.act in OWN_DOES:
                return OWN_DOES[question.act](self._flows, guest, question.value)
            if question.act in online_views.DOES:
                return online_views.begin(self._flows, guest, question.act, question.value)
            act = looks.act_named(question.act, consent.TELEPHONE_DOES)
            return looks.turned(self._office, self._flows, guest, act, question.value, notes)

    def fetch(self, question: speech.Fetch, language: Language) -> Answered:
        """Return a paper that a page offered. It is drawn after the transaction has ended, because that takes long."""
        with self._office.now(writes=True) as now:
            guest = self._office.guest(now, question.bearer, question.language)
            if guest is None:
                return _unpaired(language)
            if looks.notes_of(self._flows, guest, question.flow) is None:
                return Refused(language=guest.language, code=_OVER, says=_PAGE_OVER.to(guest.language))
            paper = papers.PAPERS.get(question.what)
            if paper is None:
                raise RequestError("touch-over", "there is no such paper")
            draw = paper(self._office, guest, question.value)
        file: File = draw()
        return file

    # --- of the API

    def read_list(self, question: speech.ReadList, language: Language) -> Answered:
        """Return a window of a list, for a script with a token."""
        from kiosk.web.member_pages.api import lists  # few houses have scripts

        return lists.read(self._office, question, language)

    def read_shared(self, question: speech.ReadShared, language: Language) -> Answered:
        """Return what the association shows everyone."""
        from kiosk.web.member_pages.api import shared  # seldom needed

        return shared.read(self._office, question, language)

    # --- of the public

    def public(self, question: speech.See | speech.Send | speech.Open | speech.Follow, language: Language) -> Answered:
        """Answer a question of the public pages."""
        return self._public(self._office, question, language)


def _unsafe(language: Language) -> Pairing:
    """Return the answer that a telephone cannot be paired without HTTPS."""
    return Pairing(language=language, state="over", says=UNSAFE.to(language))


def _unpaired(language: Language) -> Refused:
    """Return the answer to a telephone that is not paired."""
    return Refused(language=language, code=UNPAIRED, says=_GONE.to(language))


def _told(refused: Coded, language: Language) -> str:
    """Return a refusal in words, by its code and values."""
    return problems.told(refused.code, language, refused.values)


_OwnPage = Callable[[Flows, Guest, str], View]
OWN_VIEWS: Mapping[str, _OwnPage] = {**own_views.VIEWS, **data_views.VIEWS, **mail_views.VIEWS, **online_views.VIEWS}
OWN_DOES: Mapping[str, _OwnPage] = {**data_views.DOES, **mail_views.DOES}
_ANSWERS: Mapping[type, Callable[[Answers, Any, Language], Answered]] = {
    speech.AskHouse: Answers.house,
    speech.Scan: Answers.scan,
    speech.Wait: Answers.wait,
    speech.AskCode: Answers.ask_code,
    speech.EnterCode: Answers.enter_code,
    speech.Look: Answers.look,
    speech.Do: Answers.do,
    speech.Fetch: Answers.fetch,
    speech.ReadList: Answers.read_list,
    speech.ReadShared: Answers.read_shared,
    speech.See: Answers.public,
    speech.Send: Answers.public,
    speech.Open: Answers.public,
    speech.Follow: Answers.public,
}
"""Everything that can be asked. Which pages: `consent.TELEPHONE_READS` and `OWN_VIEWS`; which acts:
`consent.TELEPHONE_DOES`, `online_views.DOES` and `OWN_DOES`; which papers: `papers.PAPERS`; which lists:
`sheets.SHEETS`; what is shown to everyone: `sharing.SHARED`; which public pages and forms: `public_pages.answering`.
"""
