"""Makes the annual report as tables with charts, in a language: for a page, a PDF, a workbook or a program."""

import io
import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from kiosk.domain.books.annual import Ahead, Annual, Product, share
from kiosk.exports import pages, tables
from kiosk.exports.books import annual_months, annual_rows, annual_words
from kiosk.exports.books.annual_words import CATEGORIES, name_of
from kiosk.exports.books.receipt_words import Speak, speaks
from kiosk.exports.tables import HIDDEN, Cell, Column, Row, Table, Unit
from kiosk.language.names import Names

FORMS = ("pdf", "csv", "xlsx", "json")


def all_tables(annual: Annual, language: str) -> list[Table]:
    """Return every table that has rows, in the report's order."""
    t = speaks(language)
    report_tables = [
        annual_rows.over_years("summary", t("En un coup d’œil", "At a glance"), annual_rows.SUMMARY, annual, t),
        _income(annual, t),
        annual_months.income(annual, language),
        annual_months.methods(annual, language),
        annual_rows.over_years(
            "money", t("Soldes encore ouverts", "Balances still open"), annual_rows.MONEY, annual, t
        ),
        _carnets(annual, t),
        annual_months.days(annual, language),
        _places(annual, t),
        _plans(annual, t),
        annual_rows.over_years("occupancy", t("Fréquentation", "Occupancy"), annual_rows.OCCUPANCY, annual, t),
        annual_rows.over_years("members", t("Membres", "Members"), annual_rows.MEMBERS, annual, t),
        annual_rows.over_years("reduced", t("Tarif réduit", "Reduced tariff"), annual_rows.REDUCED, annual, t),
        _categories(annual, t),
        _volunteering(annual, t),
    ]
    return [table for table in report_tables if table.rows]


def facts(annual: Annual) -> dict[str, Any]:
    """Return the report for programs: the year, whether it is closed, and every number."""
    return {
        "year": annual.year.name,
        "from": annual.year.first_on.isoformat(),
        "until": annual.until_on.isoformat(),
        "closed": annual.is_closed,
        "agrees": annual.agrees,
        **tables.facts(all_tables(annual, "en")),  # by codes, which are the same in each language
    }


def file(annual: Annual, form: str, language: str, association: Mapping[str, str], *, training: bool) -> bytes:
    """Return the report in one of FORMS, as bytes. Raises MachineError `pdf`."""
    if form == "pdf":
        return pdf(annual, language, association, training=training)
    if form == "json":
        text = json.dumps({**facts(annual), "training": training}, ensure_ascii=False, indent=2)
        return f"{text}\n".encode()
    if form == "csv":
        written = io.StringIO()
        tables.write_csv(written, all_tables(annual, language), language)
        return written.getvalue().encode()
    book = io.BytesIO()
    tables.write_xlsx(book, all_tables(annual, language), language, training=training)
    return book.getvalue()


def file_name(annual: Annual, form: str, *, training: bool) -> str:
    """Return the name of a file of the report."""
    return f"{'ECOLE-' if training else ''}rapport-{annual.year.name}.{form}"


def pdf(annual: Annual, language: str, association: Mapping[str, str], *, training: bool) -> bytes:
    """Return the report as a PDF. Raises MachineError `pdf`."""
    return pages.printed("report.html", language, **_values(annual, language, association, training))


def html(annual: Annual, language: str, association: Mapping[str, str], *, training: bool) -> str:
    """Return the report as an HTML page."""
    return pages.html("report.html", language, **_values(annual, language, association, training))


def _values(annual: Annual, language: str, association: Mapping[str, str], training: bool) -> dict[str, Any]:
    """Return what the report's template is filled with."""
    return {
        "annual": annual,
        "title": annual_words.title(annual, language),
        "state": annual_words.state(annual, language),
        "told": annual_words.told(annual, language),
        "sources": annual_words.sources(language),
        "tables": all_tables(annual, language),
        "written": lambda table, row, place: tables.written(row.cells[place], table.unit(row, place), language),
        "association": association,
        "training": training,
    }


def _ordered(codes: Mapping[str, object], names: Mapping[str, object]) -> list[str]:
    """Return the codes in the order of their names, those without a name last."""
    places = {code: place for place, code in enumerate(names)}
    return sorted(codes, key=lambda code: (places.get(code, len(places)), code))


def _income(annual: Annual, t: Speak) -> Table:
    """Return the income by product: charged, VAT, set aside for later, released from earlier, and earned."""
    products, total, names = annual.income.products, annual.income.total, annual.names["products"]
    has_tax = bool(total.tax) or any(product.tax for product in products.values())
    before = None if annual.before is None else annual.before.income
    columns = [Column("gross", t("Débité", "Charged"), Unit.CENTS)]
    if has_tax:
        columns += [Column("vat", t("TVA", "VAT"), Unit.CENTS), Column("net", t("Hors taxe", "Excl. VAT"), Unit.CENTS)]
    columns += [
        Column("ahead", t("Mis de côté", "Set aside"), Unit.CENTS),
        Column("earned", t("Repris", "Released"), Unit.CENTS),
        Column("income", t("Recettes", "Income"), Unit.CENTS),
    ]
    if annual.before is not None:
        columns.append(Column("before", annual.before.year.name, Unit.CENTS))
    codes = set(products) | set(before.products if before else ())

    def row(code: str, heading: str) -> Row:
        """Return a product's row, or the total's."""
        product = total if code == "total" else products.get(code, Product())
        cells: list[Cell] = [product.gross, *((product.tax, product.net) if has_tax else ())]
        cells += [product.ahead, product.earned, product.income]
        if before is not None:
            earlier = before.total if code == "total" else before.products.get(code, Product())
            cells.append(earlier.income)
        return Row(code, heading, tuple(cells))

    rows = [row(code, name_of(names, code, t)) for code in _ordered(dict.fromkeys(codes), names)]
    return Table(
        "income",
        t("Recettes par produit", "Income by product"),
        t("Produit", "Product"),
        tuple(columns),
        tuple(each for each in rows if any(each.cells)),
        row("total", t("En tout", "Total")),
        t(
            "« Mis de côté » : journées de carnet à venir, formules d’un exercice suivant. « Repris »"
            " : la part devenue une recette, y compris celle des exercices passés.",
            "“Set aside”: unused carnet days, and plans for a later fiscal year. “Released”: the part that became"
            " income, including from past years.",
        ),
    )


def _carnets(annual: Annual, t: Speak) -> Table:
    """Return the days, half days and hours of carnets: sold, used, expired and left, with their worth."""
    carnets, left = annual.income.carnets, annual.money.left
    sold = Ahead(carnets.sold_days, carnets.sold_halves, carnets.sold_hours, carnets.sold_cents)
    used = Ahead(carnets.used_days, carnets.used_halves, carnets.used_hours, carnets.used_cents)
    expired = Ahead(carnets.expired_days, carnets.expired_halves, carnets.expired_hours, carnets.expired_cents)
    lines = (  # only of sales is the number of carnets known
        ("sold", t("Vendues", "Sold"), carnets.sold, sold),
        ("used", t("Utilisées", "Used"), None, used),
        ("expired", t("Expirées", "Expired"), None, expired),
        ("left", t("Restantes, à la fin", "Unused at the end"), None, left),
    )
    has_halves = any(ahead.halves for *_, ahead in lines)  # most places sell days only
    has_hours = any(ahead.hours for *_, ahead in lines)

    def cells(count: int | None, ahead: Ahead) -> tuple[Cell, ...]:
        """Return a row's cells: carnets, days, halves and hours where any are sold, and the worth."""
        parts = (*((ahead.halves,) if has_halves else ()), *((ahead.hours,) if has_hours else ()))
        return (count, ahead.days, *parts, ahead.cents)

    rows = tuple(Row(code, heading, cells(count, ahead)) for code, heading, count, ahead in lines)
    halves = (Column("halves", t("Demi-journées", "Half days")),) if has_halves else ()
    hours = (Column("hours", t("Heures", "Hours")),) if has_hours else ()
    return Table(
        "carnets",
        t("Journées de carnet", "Carnet days"),
        t("Journées", "Days"),
        (
            Column("carnets", t("Carnets", "Carnets")),
            Column("days", t("Journées", "Days")),
            *halves,
            *hours,
            Column("worth", t("Valeur, hors taxe", "Value, excluding VAT"), Unit.CENTS),
        ),
        rows if any(any(row.cells) for row in rows) else (),
    )


def _counts(
    code: str, titles: tuple[str, str], counts: Mapping[str, int], names: Mapping[str, Names], t: Speak
) -> Table:
    """Return a table of visits by code, with each code's share of all."""
    whole = sum(counts.values())
    rows = tuple(
        Row(each or "other", name_of(names, each, t), (counts[each], share(counts[each], whole)))
        for each in _ordered(counts, names)
    )
    columns = (Column("visits", t("Visites", "Visits")), Column("share", t("Part", "Share"), Unit.SHARE))
    return Table(code, *titles, columns, rows)


def _places(annual: Annual, t: Speak) -> Table:
    """Return the table of visits by zone."""
    titles = t("Visites par zone", "Visits by zone"), t("Zone", "Zone")
    return _counts("zones", titles, annual.days.zones, annual.names["zones"], t)


def _plans(annual: Annual, t: Speak) -> Table:
    """Return the table of visits by the member's plan."""
    titles = t("Visites par formule", "Visits by plan"), t("Formule actuelle", "Current plan")
    return _counts("plans", titles, annual.days.plans, annual.names["plans"], t)


def _volunteering(annual: Annual, t: Speak) -> Table:
    """Return the table of hosting; without rows where there was none in this year or the one before."""
    table = annual_rows.over_years(
        "volunteering", t("Bénévolat de l’accueil", "Volunteer hosting"), annual_rows.VOLUNTEERING, annual, t
    )
    years = [annual] if annual.before is None else [annual, annual.before]
    note = t(
        "Heures déclarées, jamais pointées. Les comptes 864 et 875 s’équilibrent : aucun argent n’a bougé. La"
        " valeur d’une heure est celle que l’association a décidée pour son jour.",
        "Hours are declared, never clocked. Accounts 864 and 875 balance each other: no money moved. Each hour has"
        " the value that the association set for its date.",
    )
    return replace(table, rows=table.rows if any(each.volunteering.planned for each in years) else (), note=note)


def _categories(annual: Annual, t: Speak) -> Table:
    """Return the table of declared situations; small numbers stand as hidden."""
    counts = {each.code: each for each in annual.categories}
    rows = []
    for code, words in CATEGORIES.items():
        if code in counts:
            cells = (counts[code].people, counts[code].days)
            shown = (HIDDEN, HIDDEN) if cells[0] is None else cells
            rows.append(Row(str(code) or "none", t(words), shown))
    return Table(
        "categories",
        t("Situations déclarées", "Declared situations"),
        t("Situation", "Situation"),
        (Column("people", t("Personnes", "People")), Column("days", t("Journées", "Days"))),
        tuple(rows),
        note=t("Déclarer sa situation est facultatif.", "Declaring a situation is optional."),
    )
