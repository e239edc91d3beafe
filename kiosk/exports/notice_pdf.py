"""Makes the data protection notice at the door, as a PDF or as text: one page for each language of
`pages.languages`.
"""

from collections.abc import Sequence

from msgspec import Struct

from kiosk.domain import keeping
from kiosk.exports import pages
from kiosk.language.texts import Said, Text, Voice

TITLE = Text("Vos données, à la porte", "Your data, at the door")


class NoticePage(Struct, frozen=True):
    """The notice in one language: paragraphs under their headings, and the table of what is kept and for how long.
    `training` is the mark of a training home, else "".
    """

    language: str
    title: str
    blocks: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[str, str, str]
    kept: tuple[tuple[str, str, str], ...]
    training: str


def notice_pages(sections: Sequence[tuple[Text, Said]], *, training: bool) -> list[NoticePage]:
    """Return a page for each language, from the notice's sections: heading and current words."""
    return [_page(sections, language, training=training) for language in pages.languages()]


def _page(sections: Sequence[tuple[Text, Said]], language: str, *, training: bool) -> NoticePage:
    """Return the notice in one language."""
    t = Voice(language)
    return NoticePage(
        language,
        TITLE.to(language),
        tuple((heading.to(language), tuple(words.to(language).splitlines())) for heading, words in sections),
        (t("Quoi", "What"), t("Durée de conservation", "How long data is kept"), t("Ensuite", "Afterwards")),
        tuple((each.what.to(language), each.long.to(language), each.then.to(language)) for each in keeping.KEPT),
        t(pages.PRACTICE) if training else "",
    )


def notice_pdf(notices: Sequence[NoticePage]) -> bytes:
    """Return the pages as a PDF. Raises MachineError `pdf`."""
    # `training` would mark each page in French: each has its own mark, in its language.
    return pages.printed("notice.html", "fr", pages=notices, training=False)


def notice_text(notices: Sequence[NoticePage]) -> str:
    """Return the pages as text for a terminal."""
    lines: list[str] = []
    for page in notices:
        lines += [page.training] if page.training else []
        lines += [page.title, ""]
        for heading, words in page.blocks:
            lines += [heading, *(f"  {line}" for line in words), ""]
        lines += [f"  {what}: {long}, {then}" for what, long, then in page.kept]
        lines.append("")
    return "\n".join(lines)
