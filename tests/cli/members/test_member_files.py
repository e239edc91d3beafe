"""`members import` and `members export`."""

from pathlib import Path

import pytest

from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture

LIST = "Nom;Courriel;Formule\nInès Moreau;ines@exemple.fr;itinérante\nKarim Haddad;;permanent\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "liste.csv"
    path.write_bytes(LIST.encode("cp1252"))
    return path


def test_a_dry_run_says_line_by_line_and_changes_nothing(kiosk: Kiosk, file: Path) -> None:  # noqa: F811
    before = kiosk.content()
    status, out, _ = kiosk("members", "import", str(file), "--dry-run")
    assert status == 0
    assert "line 2: new: name Inès Moreau" in out
    assert "2 new, 0 changed, 0 unchanged, 0 refused (nothing is changed: --dry-run)" in out
    assert kiosk.content() == before


def test_a_file_is_imported_once_whatever_one_does(kiosk: Kiosk, file: Path) -> None:  # noqa: F811
    assert kiosk.json("members", "import", str(file))["new"] == 2
    before = kiosk.content()
    again = kiosk.json("members", "import", str(file))
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert kiosk.content() == before
    assert kiosk.json("members", "show", "1")["balance"] == "0.00"


def test_what_is_exported_changes_nothing_when_it_comes_back(kiosk: Kiosk, file: Path, tmp_path: Path) -> None:  # noqa: F811
    kiosk("members", "import", str(file))
    kiosk("members", "add", "--name", "=1+1 Malin", "--shown", "Malin")
    for form in ("csv", "raw"):
        out = tmp_path / f"{form}.csv"
        assert kiosk("members", "export", "--format", form, "--output", str(out))[0] == 0
        found = kiosk.json("members", "import", str(out))
        assert (found["unchanged"], found["done"]) == (3, True)


def test_a_bad_line_is_told_with_its_number_and_stops_all(kiosk: Kiosk, file: Path) -> None:  # noqa: F811
    file.write_text(LIST + "Zoé Petit;zoe@;\n", "utf-8")
    before = kiosk.content()
    status, out, err = kiosk("members", "import", str(file))
    assert (status, err.count("\n")) == (2, 1)
    assert "line 4: refused: 'zoe@' is not an e-mail address" in out
    assert "1 of 3 lines are refused: nothing is changed [import-refused]" in err
    assert kiosk.content() == before


def test_a_fee_is_charged_when_it_is_asked_for(kiosk: Kiosk, file: Path) -> None:  # noqa: F811
    assert kiosk.json("members", "import", str(file), "--fee")["done"] is True
    assert kiosk.json("members", "show", "1")["balance"] == "5.00"
    assert kiosk.json("verify")["ok"] is True


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "import-file"), (b"", "import-empty"), (b"tel\n06", "import-who"), (b"\0", "import-letters")],
)
def test_what_is_no_list_gets_one_line(kiosk: Kiosk, tmp_path: Path, content: bytes | None, code: str) -> None:  # noqa: F811
    path = tmp_path / "x.csv"
    if content is not None:
        path.write_bytes(content)
    status, out, err = kiosk("members", "import", str(path))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"[{code}]" in err


def test_a_home_without_members_has_nothing_to_export(kiosk: Kiosk) -> None:  # noqa: F811
    assert kiosk("members", "export")[0] == 1
