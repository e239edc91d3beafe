"""A further language, once complete, is chosen like French and English: by a member, a screen, an officer, a home."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk import config_file
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.members.file_columns import _language
from kiosk.errors import RequestError
from kiosk.exports import door_sheet_pdf, pages
from kiosk.install.words import Words
from kiosk.language import catalogues
from kiosk.messages import mailer
from tests import pseudo
from tests.conftest import Space
from tests.exports.test_door_sheet import SHEET
from tests.selfservice.test_account import INES, account, touch
from tests.settings import whole


@pytest.fixture
def code() -> Iterator[str]:
    with pseudo.spoken() as spoken:
        yield spoken
    catalogues.settle("fr")


def test_a_member_goes_through_the_languages_on_the_page_of_settings(space: Space, code: str) -> None:
    space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    for wanted in ("en", code, "fr"):
        assert space.card.options[0].value == f"language={wanted}"
        touch(space, Act.SET, f"language={wanted}")
        assert (space.card.kind, space.card.language) == (CardKind.OWN_SETTINGS, wanted)
    assert space.sql("SELECT language FROM member") == [("fr",)]


def test_a_language_that_is_not_offered_cannot_be_chosen(space: Space) -> None:
    space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    with pytest.raises(RequestError) as refused:
        touch(space, Act.SET, f"language={pseudo.CODE}")
    assert refused.value.code == "touch-over"


def test_a_home_speaks_it_and_another_is_refused_by_name(tmp_path: Path, code: str) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(whole(f'language = "{code}"\n'), "utf-8")
    assert config_file.load(path).language == code
    path.write_text(whole('language = "xx"\n'), "utf-8")
    with pytest.raises(RequestError, match=f"language = 'xx': expected one of fr, en, {code}"):
        config_file.load(path)


def test_a_home_whose_language_lacks_something_since_an_update_still_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = catalogues.look_in(tmp_path)
    try:
        text = (pseudo.folder() / f"{pseudo.CODE}.po").read_text("utf-8")
        (tmp_path / f"{pseudo.CODE}.po").write_text(text.replace("X-Complete: yes", "X-Complete: no"), "utf-8")
        path = tmp_path / "kiosk.toml"
        path.write_text(whole(f'language = "{pseudo.CODE}"\n'), "utf-8")
        assert config_file.load(path).language == pseudo.CODE
        assert catalogues.offered() == ("fr", "en")
    finally:
        catalogues.look_in(before)


def test_the_sheet_at_the_door_is_in_french_and_english_and_the_house_s_language(code: str) -> None:
    assert pages.languages() == ("fr", "en")
    catalogues.settle(code)
    assert pages.languages() == ("fr", "en", code)
    found = door_sheet_pdf.text(replace(SHEET, training=True))
    assert "Ouvrir la porte." in found  # the association's words, in the language it has
    assert pseudo.told("Badge oublié ou perdu") in found


def test_files_mails_and_the_installer_know_it(code: str) -> None:
    assert _language("Ŝajna", {}) == _language(code, {}) == code
    assert mailer.marked(code, "Sujet", "Texte")[0] == f"{pseudo.told('[MODE ÉCOLE]')} Sujet"
    assert Words(code)("yes") == pseudo.told("oui")
