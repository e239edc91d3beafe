"""The manual's page of what is kept: its table in French, made of the one table that retention goes by."""

from kiosk.domain import keeping

BEGIN, END = "<!-- table: kiosk.exports.keeping_page -->", "<!-- fin -->"


def table() -> str:
    """The table as Markdown."""
    lines = ["| quoi | où | combien de temps | ensuite | qui peut le voir |", "|---|---|---|---|---|"]
    for each in keeping.KEPT:
        cells = (each.what, each.where, each.long, each.then, each.who)
        lines.append("| " + " | ".join(cell.to("fr") for cell in cells) + " |")
    return "\n".join(lines)


def filled(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"
