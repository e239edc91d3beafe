"""PDF is made in a child that fetches nothing, is tagged, and has our font inside."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest

from kiosk.errors import MachineError
from kiosk.exports import formats, pages, pdf
from kiosk.exports.pdf import Attached, Variant
from tests import pdf_children

PAGE = '<!doctype html><html lang="fr"><title>Reçu</title><body><h1>Reçu n° 7</h1><p>Élève, œuvre, 5,00 €</p>'


@pytest.fixture(autouse=True)
def started_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_child", pdf_children.alone[0])


def read(made: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(made))


def test_a_page_becomes_a_tagged_pdf_with_title_language_and_our_font() -> None:
    found = read(pdf.make(PAGE, "html { font-family: Atkinson }"))
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert found.metadata is not None
    assert found.metadata.title == "Reçu"
    assert "Élève, œuvre, 5,00 €" in found.pages[0].extract_text()
    assert any("Atkinson" in str(font) for font in found.pages[0]["/Resources"]["/Font"].values())  # type: ignore[index]  # a page has resources


@pytest.mark.parametrize(
    "evil",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:9/x.png">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<style>@import "file:///etc/passwd";</style>',
        '<p style="background: url(file:///etc/passwd)">x',
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }</style><p>x",
        '<object data="file:///etc/passwd"></object>',
        '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>">',
    ],
)
def test_a_page_that_asks_for_anything_is_no_pdf(evil: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In forks of one child: what a page asks for is refused after the start."""
    monkeypatch.setattr(pdf, "_child", pdf_children.fork)
    with pytest.raises(MachineError, match="fetch nothing") as refused:
        pdf.make(PAGE + evil)
    assert refused.value.code == "pdf"


def test_what_a_page_asks_for_is_never_opened(tmp_path: Path) -> None:
    """Seen from outside: the child opens its fonts, and no file or network address that a page names."""
    log, secret = tmp_path / "strace", tmp_path / "secret.txt"
    secret.write_text("secret")
    evil = (
        f'<img src="{secret}"><link rel="attachment" href="file://{secret}"><link rel="attachment" href="{secret}">'
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{secret}" width="9" height="9"/>'
        f'<use href="file://{secret}#x"/></svg><script src="file://{secret}"></script>'
    )
    traced = ["strace", "-f", "-e", "trace=openat,connect", "-o", str(log)]
    script = f"from kiosk.exports import pdf\ntry: pdf.make({PAGE + evil!r})\nexcept Exception: pass"
    subprocess.run([*traced, sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])
    opened = log.read_text()
    assert "atkinson-latin.woff2" in opened
    assert "secret.txt" not in opened
    assert "AF_INET" not in opened


def test_data_lies_inside_a_file_for_the_archive() -> None:
    made = pdf.make(PAGE, variant=Variant.ARCHIVE, attachments=[Attached("data.xml", "<a>é</a>", "Données")])
    assert read(made).attachments["data.xml"] == ["<a>é</a>".encode()]


def test_a_child_that_finds_no_pango_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = subprocess.CompletedProcess([], 1, b"", b"OSError: cannot load library 'libpango-1.0-0'")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_named: failing)
    with pytest.raises(MachineError, match="apt-get install libpangoft2"):
        pdf.make(PAGE)


def test_days_and_sums_are_in_the_page_s_language() -> None:
    assert formats.day("2026-03-01", "fr") == "1er mars 2026"
    assert formats.day("2026-11-21", "fr") == "21 novembre 2026"
    assert formats.day("2026-03-01", "en") == "1 March 2026"
    assert formats.euros(123456, "fr") == "1\u202f234,56\xa0€"
    assert formats.euros(-50, "en") == "-€0.50"


def test_the_foot_of_every_page_says_that_nothing_counts_in_a_training_home() -> None:
    assert '<div class="foot">MODE ÉCOLE</div>' in pages.html("base.html", "fr", training=True)
    assert '<div class="foot">TRAINING</div>' in pages.html("base.html", "en", training=True)
    assert '<div class="foot"></div>' in pages.html("base.html", "fr", training=False)


def test_every_document_has_the_one_foot() -> None:
    folder = Path(pages.__file__).parent / "templates"
    documents = [path for path in folder.glob("*.html") if "{% block page %}" in path.read_text("utf-8")]
    assert {"invoice.html", "slip.html", "receipt.html"} <= {path.name for path in documents}
    for path in documents:
        text = path.read_text("utf-8")
        foot = text.partition("{% block foot %}")[2].partition("{% endblock %}")[0]
        if path.name != "base.html":
            assert '{% extends "base.html" %}' in text, path.name
            assert "training" not in foot, path.name


def test_a_child_that_crashes_is_asked_once_more_and_no_third_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What crashes it, once in some thousands of pages, is in C and not in the page."""
    crashing = tmp_path / "child.py"
    crashing.write_text(
        "import os, pathlib, signal, sys\n"
        f"starts = pathlib.Path({str(tmp_path / 'starts')!r})\n"
        "with starts.open('a') as told:\n    told.write('x')\n"
        "if len(starts.read_text()) != 2:\n    os.kill(os.getpid(), signal.SIGSEGV)\n"
        "sys.stdout.write('%PDF')\n",
        "utf-8",
    )
    monkeypatch.setattr(pdf, "_CHILD", crashing)
    assert pdf.make(PAGE) == b"%PDF"
    (tmp_path / "starts").write_text("xx")
    with pytest.raises(MachineError, match="status -11"):
        pdf.make(PAGE)
    assert (tmp_path / "starts").read_text() == "xxxx"
