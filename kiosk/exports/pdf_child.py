"""Makes a PDF of an HTML page, in a process of its own: a page that crashes it stops nothing else.

Reads one JSON line from stdin, then writes the PDF to stdout. It fetches nothing, from disk or network: fonts are read
before the page, which can name them and nothing else. Imports nothing of ours.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

_MOST_BYTES = 2 << 30  # of address space, fonts and libraries included
_MOST_SECONDS = 300  # of processor time
_FONTS = Path(__file__).parents[1] / "web" / "screen" / "static" / "fonts"
_FONT_CSS = "".join(
    f"@font-face{{font-family:Atkinson;font-weight:200 800;src:url(font:{name});unicode-range:{characters}}}"
    for name, characters in (
        ("atkinson-latin.woff2", "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC"),
        ("atkinson-latin-ext.woff2", "U+0100-0130,U+0132-0151,U+0154-02BA,U+02BD-02C5,U+1E00-1EFF,U+20A0-20AB"),
    )
)


def main() -> None:
    """Read the request from stdin, and write the PDF to stdout."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    from weasyprint import CSS, HTML, Attachment
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    fonts = {f"font:{path.name}": path.read_bytes() for path in _FONTS.glob("*.woff2")}

    class Nothing(URLFetcher):  # type: ignore[misc]  # the library has no types
        """Serves our fonts, which are in memory, and refuses everything else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """Return a font. Raises FatalURLFetchingError for any other address."""
            if url not in fonts:
                raise FatalURLFetchingError(f"a page may fetch nothing, and asks for {url[:80]}")
            return URLFetcherResponse(url, fonts[url], {"Content-Type": "font/woff2"})

    request = json.loads(sys.stdin.buffer.readline())
    configured, nothing = FontConfiguration(), Nothing()
    style = CSS(string=_FONT_CSS + request["css"], font_config=configured, url_fetcher=nothing)
    attachments = [
        Attachment(
            string=attachment["text"],
            name=attachment["name"],
            description=attachment["description"],
            relationship=attachment["relationship"],
            url_fetcher=nothing,
        )
        for attachment in request["attachments"]
    ]
    document = HTML(string=request["html"], url_fetcher=nothing).render(
        stylesheets=[style], font_config=configured, pdf_variant=request["variant"], pdf_tags=True
    )
    _describe(document.metadata, "".join(attachment["xmp"] for attachment in request["attachments"]))
    document.metadata.attachments = attachments
    sys.stdout.buffer.write(document.write_pdf(finisher=_list_once, pdf_variant=request["variant"], pdf_tags=True))


def _list_once(_document: Any, writer: Any) -> None:
    """Remove duplicates from the PDF's list of associated files: the library lists an embedded file twice, by name and
    as an object.
    """
    if "AF" in writer.catalog:
        writer.catalog["AF"][:] = dict.fromkeys(writer.catalog["AF"])


def _describe(metadata: Any, more: str) -> None:
    """Add the descriptions `more` to the PDF's metadata, inside their one RDF element. The library has no option for
    that: its method that makes the metadata is replaced.
    """
    library_metadata = metadata.generate_rdf_metadata

    def described(*args: Any) -> bytes:
        """Return the library's metadata with ours."""
        rdf: bytes = library_metadata(*args)
        return rdf.replace(b"</rdf:RDF>", more.encode() + b"</rdf:RDF>")

    if more:
        metadata.generate_rdf_metadata = described


if __name__ == "__main__":
    main()
