"""Names as they are looked for: without accents, without case."""

import unicodedata


def searchable(text: str) -> str:
    """`Éloïse  Gîté` as `eloise gite`: what is typed and what is stored meet in this form."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())
