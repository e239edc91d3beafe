"""What the desk says of signing in: the library's own words, ours where those mislead, and none before they are due."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import g
from flask_security import Security

from kiosk.language import catalogues
from kiosk.web.desk.officers.security_words import _OTHERWISE, SHOWN
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    """Every sentence that the library has for its translators."""
    template = files("flask_security") / "translations" / "flask_security.pot"
    with template.open("rb") as file:
        return {message.id for message in read_po(file) if isinstance(message.id, str)}


@pytest.fixture
def said(desk: Desk) -> Iterator[Security]:
    """The library, at a page."""
    with desk.app.test_request_context(base_url=HTTPS):
        yield desk.app.extensions["security"]


def in_(language: str, said: Security, string: str, **values: object) -> str:
    g.language = language
    return str(said.i18n_domain.gettext(string, **values))  # type: ignore[no-untyped-call]


def test_the_first_visit_reproaches_nothing(desk: Desk) -> None:
    stranger = desk.stranger()
    answer = stranger.get("/members?q=ines", headers={"Accept-Language": "fr"})
    assert answer.headers["Location"] == "/login?next=/members?q%3Dines"
    page = stranger.page(answer.headers["Location"], headers={"Accept-Language": "fr"})
    assert "Se connecter" in page
    assert 'class="message' not in page
    data = {"email": "host@exemple.fr", "password": PASSWORD, "next": "/members?q=ines"}
    assert stranger.post("/login", data, form_on="/login").headers["Location"] == "/members?q=ines"


def test_a_session_that_is_over_says_so_and_nothing_else(desk: Desk, host: Officer) -> None:
    desk.space.clock.advance(hours=1)
    assert host.get("/").status_code == 302
    assert host.page("/login").count('class="message') == 1


def test_the_library_speaks_its_own_french_with_the_spaces_and_apostrophes_of_print(said: Security) -> None:
    assert in_("fr", said, "Passwords do not match") == "Les mots de passe ne correspondent pas"
    added = in_("fr", said, "Successfully added the passkey with name: %(name)s", name="l'autre")
    assert added == "Clé d’accès ajoutée\u00a0:\u00a0l'autre"


def test_the_library_speaks_any_language_that_it_has_words_in(said: Security) -> None:
    assert in_("nl", said, "Passwords do not match") == "Wachtwoorden komen niet overeen"
    assert in_("de", said, "Passwords do not match") == "Die Passwörter stimmen nicht überein"
    assert in_("en", said, "Passwords do not match") == "Passwords do not match"
    assert (
        in_("br", said, "Passwords do not match") == "Les mots de passe ne correspondent pas"
    )  # what the house falls back on


def test_what_the_library_lacks_in_a_language_is_in_our_own_file_of_it(said: Security, tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    (tmp_path / "nl.po").write_text(f'{head}\nmsgid "Code invalide"\nmsgstr "Verkeerde code"\n', "utf-8")
    before = catalogues.look_in(tmp_path)
    try:
        assert in_("nl", said, "Invalid code") == "Verkeerde code"
        assert in_("nl", said, "Passwords do not match") == "Wachtwoorden komen niet overeen"
    finally:
        catalogues.look_in(before)


@pytest.mark.parametrize("sentence", SHOWN)
def test_what_the_desk_shows_of_the_library_is_french_there(sentence: str, sentences: set[str], said: Security) -> None:
    assert sentence in sentences
    assert said.i18n_domain.original(sentence).fr != sentence


def test_a_wrong_old_password_is_said_in_the_desk_s_words(host: Officer) -> None:
    data = {"password": "faux", "new_password": PASSWORD + "!", "new_password_confirm": PASSWORD + "!"}
    answer = host.post("/change", data, form_on="/change", headers={"Accept-Language": "fr"})
    assert "Mot de passe incorrect." in answer.get_data(as_text=True)


@pytest.mark.parametrize("sentence", list(_OTHERWISE))
def test_what_is_said_otherwise_is_a_sentence_of_the_library(
    sentence: str, sentences: set[str], said: Security
) -> None:
    assert sentence in sentences
    assert in_("fr", said, sentence, cause="x") == _OTHERWISE[sentence].to("fr")
