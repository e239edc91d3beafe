"""Fills the manual's page about retention: its table in French, made from the one table that retention follows."""

from kiosk.domain import keeping

BEGIN, END = "<!-- table: kiosk.exports.keeping_page -->", "<!-- fin -->"


def table() -> str:
    """Return the table as Markdown."""
    lines = ["| quoi | où | combien de temps | ensuite | qui peut le voir |", "|---|---|---|---|---|"]
    for rule in keeping.KEPT:
        cells = (rule.what, rule.where, rule.long, rule.then, rule.who)
        lines.append("| " + " | ".join(cell.to("fr") for cell in cells) + " |")
    return "\n".join(lines)


def filled(page: str) -> str:
    """Return the page with the table as it is now between its two marks."""
    before, _, from_table = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{from_table.partition(END)[2]}"
