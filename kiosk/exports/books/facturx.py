"""Writes an invoice as data for invoicing platforms: Factur-X (the CII syntax of EN 16931), and the metadata by which
it is found in a PDF.

The profile is EN 16931, the smallest that the French platforms accept with all our lines; BASIC has neither the order's
and buyer's references in full nor contacts. The data is made and checked by the factur-x library, which contains the
official schemas and fetches nothing unless it is asked for Schematron.
"""

import re
from collections.abc import Iterator
from typing import Any

from kiosk.domain import amounts
from kiosk.domain.books.documents import Series
from kiosk.domain.books.invoices import Invoice, Line, Party
from kiosk.domain.money import vat
from kiosk.domain.money.vat import VatStatus
from kiosk.exports.books import invoice_words, receipt_words
from kiosk.exports.pdf import Attached
from kiosk.language import common

NAME = "factur-x.xml"
_TYPES = {Series.INVOICE: "380", Series.CREDIT_NOTE: "381"}  # UNTDID 1001
_SERVICES, _SERVICES_PAID = "S1", "S2"  # the frame of invoicing (BT-23): services, and services paid already
_SIREN, _SIRET, _PLATFORM = "0002", "0009", "0225"  # ISO 6523: numbers, and addresses on French platforms
_TRANSFER = "58"  # SEPA credit transfer, UNTDID 4461
_ONE = "C62"  # of no particular unit, UN/ECE Rec. 20
_TOWN = re.compile(r"(\d{5})\s+(\S.*)")  # a French postcode and its town
_EXEMPTIONS = {VatStatus.EXEMPT: "VATEX-FR-CGI261-7", VatStatus.FRANCHISE: "VATEX-FR-FRANCHISE"}  # BT-121
# of the PDF's metadata: what each means, and its value
_PROPERTIES = {
    "DocumentFileName": ("The name of the embedded XML document", NAME),
    "DocumentType": ("The type of the hybrid document", "INVOICE"),
    "Version": ("The version of the standard of the embedded XML document", "1.0"),
    "ConformanceLevel": ("The conformance level of the embedded XML document", "EN 16931"),
}
_URN = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"


def xml(invoice: Invoice) -> str:
    """Return the invoice's data as XML, checked against the official schema."""
    from facturx.generate_xml import generate_xml  # heavy: lxml and all

    data: bytes = generate_xml(_terms(invoice), "factur-x", "en16931", check_xsd=True, check_schematron=False)
    return data.decode("utf-8")


def attached(invoice: Invoice) -> Attached:
    """Return the invoice's data as an attachment of a PDF/A-3."""
    return Attached(NAME, xml(invoice), "Factur-X", "Alternative", xmp())


def xmp() -> str:
    """Return the PDF's metadata about the attached data, with the schema of these terms, which PDF/A requires."""
    properties = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (_, value) in _PROPERTIES.items())
    schema = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
        for name, (words, _) in _PROPERTIES.items()
    )
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{_URN}">{properties}</rdf:Description>'
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
        ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
        ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_URN}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{schema}</rdf:Seq></pdfaSchema:property></rdf:li>"
        "</rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    )


def _terms(invoice: Invoice) -> dict[str, Any]:
    """Return the invoice by the business terms (BT, BG) of EN 16931, without empty ones."""
    seller, first, last = invoice.seller, *invoice.period
    terms = {
        "BT-1": invoice.reference,
        "BT-2": invoice.issued_on,
        "BT-3": _TYPES[Series(invoice.kind)],
        "BT-5": "EUR",
        "BT-9": invoice.due_on,
        "BT-10": invoice.service_code,
        "BT-13": invoice.order_reference,
        "BT-20": " ".join(note.text for note in invoice.notes),
        "BT-23": _SERVICES_PAID if invoice.due_on and not invoice.due_cents else _SERVICES,
        "BT-72": last,  # the format requires a delivery date
        "BT-73": first,
        "BT-74": last,
        "BG-1": [{"BT-21": note.code, "BT-22": note.text} for note in invoice.notes],
        "BG-4": {**_party(seller), **_tax_number(seller)},
        "BG-7": _party(invoice.buyer),
        "BG-23": list(_taxes(invoice)),
        "BG-25": [_line(line, index, invoice.language) for index, line in enumerate(invoice.lines, 1)],
        "BT-106": amounts.plain(invoice.net_cents),
        "BT-109": amounts.plain(invoice.net_cents),
        "BT-110": amounts.plain(invoice.tax_cents),
        "BT-112": amounts.plain(invoice.cents),
        "BT-113": amounts.plain(invoice.paid_cents),
        "BT-115": amounts.plain(invoice.due_cents),
    }
    if invoice.iban:
        terms |= {"BT-81": _TRANSFER, "BT-84": invoice.iban, "BT-85": seller.name, "BT-86": invoice.bic}
    if invoice.corrects:
        terms["BG-3"] = [{"BT-25": invoice.corrected, "BT-26": invoice.corrects.issued_on}]
    return _without_empty(terms)


def _without_empty(terms: dict[str, Any]) -> dict[str, Any]:
    """Return the terms that have a value."""
    return {name: value for name, value in terms.items() if value not in (None, "")}


def _party(party: Party) -> dict[str, Any]:
    """Return a seller or buyer in the words of the Factur-X library; the address's last line is split into postcode and
    town where it has both.
    """
    *lines, last_line = party.address or ("",)
    town = _TOWN.fullmatch(last_line.strip())
    if town is None:
        lines.append(last_line)
    values = {
        "name": party.name,
        "identifiers": {_SIRET: party.siret} if party.siret else None,
        "legal_identifier": party.siren,
        "legal_identifier_schemeid": _SIREN if party.siren else None,
        "legal_info": f"RNA {party.rna}" if party.rna else None,
        "vat_identifier": party.vat_number,
        "postcode": town and town[1],
        "city": town and town[2],
        "addr_l1": lines[0] if lines else None,
        "addr_l2": lines[1] if len(lines) > 1 else None,
        "addr_l3": ", ".join(lines[2:]),
        "country_code": _country(party),
        "einvoicing_addr": party.siren,
        "einvoicing_addr_schemeid": _PLATFORM if party.siren else None,
    }
    return _without_empty(values)


def _tax_number(seller: Party) -> dict[str, str]:
    """Return the seller's tax number: without a VAT number the tax office knows it by the SIREN."""
    return {} if seller.vat_number or seller.siren is None else {"tax_identifier": seller.siren}


def _country(party: Party) -> str:
    """Return a party's country code: FR, unless its VAT number says otherwise."""
    prefix = (party.vat_number or "FR")[:2].upper()
    return "GR" if prefix == "EL" else prefix


def _taxes(invoice: Invoice) -> Iterator[dict[str, Any]]:
    """Yield the VAT breakdown: one group for each rate, and one for all lines without VAT, whatever the reasons."""
    free = [tax for tax in invoice.taxes if not tax.rate]
    for tax in invoice.taxes:
        if tax.rate:
            yield {
                **_category(tax.rate),
                "BT-116": amounts.plain(tax.net_cents),
                "BT-117": amounts.plain(tax.tax_cents),
            }
    if free:
        codes = {_EXEMPTIONS.get(VatStatus(tax.status)) for tax in free}
        group = {
            **_category(None),
            "BT-116": amounts.plain(sum(tax.net_cents for tax in free)),
            "BT-117": amounts.plain(0),
            "BT-120": common.SEMICOLON.to(invoice.language).join(
                receipt_words.exempt(tax.status, invoice.language) for tax in free
            ),
            "BT-121": codes.pop() if len(codes) == 1 else None,
        }
        yield _without_empty(group)


def _category(rate: int | None, prefix: tuple[str, str] = ("BT-118", "BT-119")) -> dict[str, str]:
    """Return the VAT category of a rate (S taxed, E exempt) and its percentage, under two of the standard's codes."""
    code, percent = prefix
    return {code: "S" if rate else "E", percent: vat.plain(rate or 0)}


def _line(line: Line, index: int, language: str) -> dict[str, Any]:
    """Return an invoice's line by the codes of the European standard EN 16931 (BT-126 and so on)."""
    terms = {
        "BT-126": str(index),
        "BT-153": line.label,
        "BT-154": invoice_words.for_whom(line, language),
        "BT-129": str(line.quantity),
        "BT-130": _ONE,
        "BT-146": _unit_price(line),
        "BT-131": amounts.plain(line.net_cents),
        **_category(line.rate, ("BT-151", "BT-152")),
        "BT-134": line.from_on or line.day_on,
        "BT-135": line.until_on or line.day_on,
    }
    return _without_empty(terms)


def _unit_price(line: Line) -> str:
    """Return a line's unit price without VAT, in euros with two or four decimals."""
    parts, remainder = divmod(line.net_cents * 100, line.quantity)
    parts += 2 * remainder >= line.quantity
    text = f"{parts // 10_000}.{parts % 10_000:04d}"
    return text.removesuffix("00")
