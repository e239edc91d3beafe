"""The publisher's attestation as a PDF and as text. In French, whatever the home speaks: tax officers read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.exports import formats, pages


@dataclass(frozen=True, slots=True)
class Attestation:
    """What is filled in. `root` names the major version; `fingerprint` the very code that runs here."""

    version: str
    root: str
    fingerprint: str
    association: Mapping[str, str]
    made_on: date
    training: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the law's four: how it is met, and the tests that fail where it is not."""

    title: str
    how: str
    tests: tuple[str, ...]


CONDITIONS = (
    Condition(
        "Inaltérabilité",
        "Une écriture n’est ni changée ni effacée : la base de données refuse l’un et l’autre. Une erreur se corrige "
        "par une contre-écriture, une seule fois, qui nomme la première et dit pourquoi.",
        (
            "tests/store/test_guards.py::test_database_refuses_what_breaks_the_rule",
            "tests/store/test_guards.py::test_guards_in_the_database_are_those_of_this_release",
            "tests/store/test_ledger.py::test_entry_is_reversed_once",
            "tests/store/test_ledger.py::test_reversal_is_not_reversed",
        ),
    ),
    Condition(
        "Sécurisation",
        "Les écritures sont numérotées sans trou et chaînées par une empreinte à clé (HMAC-SHA256) gardée hors de la "
        "base ; une écriture changée, ôtée, ajoutée ou déplacée est trouvée et située par « kiosk verify ».",
        (
            "tests/domain/test_chain.py::test_any_field_that_changes_changes_the_seal",
            "tests/store/test_audit.py::test_altered_entry_is_found",
            "tests/store/test_audit.py::test_entry_taken_out_is_found",
            "tests/store/test_audit.py::test_two_entries_that_changed_places_are_found",
            "tests/store/test_audit.py::test_other_key_or_home_fits_no_entry",
        ),
    ),
    Condition(
        "Conservation",
        "Chaque jour, mois et exercice est clôturé par une écriture qui a ses totaux par produit, moyen de paiement et "
        "taux de TVA, et un total perpétuel jamais remis à zéro ; rien n’est plus daté d’un jour clôturé.",
        (
            "tests/books/test_closing.py::test_a_day_closes_once_the_next_has_begun",
            "tests/books/test_closing.py::test_a_month_is_the_sum_of_its_days_and_the_first_one_begins_in_the_middle",
            "tests/books/test_closing.py::test_a_year_is_the_sum_of_its_months",
            "tests/books/test_closing.py::test_the_database_itself_dates_nothing_in_a_closed_day",
        ),
    ),
    Condition(
        "Archivage",
        "« kiosk archive » écrit un exercice dans un fichier daté, signé, en formats ouverts, qui se vérifie sans ce "
        "logiciel et sans clé secrète.",
        (
            "tests/books/test_archiving.py::test_an_archive_holds_alone_and_at_the_kiosk_that_made_it",
            "tests/books/test_archiving.py::test_the_verifier_imports_the_standard_library_only_and_asks_no_network",
            "tests/books/test_archiving.py::test_every_byte_counts",
        ),
    ),
)
_BLANK = "." * 40
PUBLISHER = (
    "Je soussigné·e",
    "représentant·e légal·e de",
    "adresse",
    "SIREN",
    "version publiée le",
)


def user_lines(found: Attestation) -> tuple[tuple[str, str], ...]:
    """What is known of who uses the software."""
    known = found.association
    return (
        ("Je soussigné·e", ""),
        ("représentant·e légal·e de", known.get("name", "")),
        ("adresse", known.get("address", "").replace("\n", ", ")),
        ("SIREN ou RNA", known.get("siren") or known.get("rna", "")),
    )


def sentences(found: Attestation) -> tuple[str, ...]:
    """What the publisher attests."""
    return (
        f"Le logiciel de caisse « kiosk », logiciel libre (licence EUPL-1.2), en version {found.version}, satisfait "
        "aux conditions d’inaltérabilité, de sécurisation, de conservation et d’archivage des données en vue du "
        "contrôle de l’administration fiscale, prévues au 3° bis du I de l’article 286 du code général des impôts.",
        f"Sa version majeure est celle dont le nom commence par la racine « {found.root} ». Ce qui suit cette racine "
        "ne désigne que des versions mineures : elles ne touchent à aucune des quatre conditions. Un changement qui y "
        "touche donne une nouvelle racine, et demande une nouvelle attestation.",
        f"Le code en usage ici a l’empreinte {found.fingerprint} (SHA-256 de ses fichiers). Qui change ce code en "
        "devient l’éditeur, et signe à sa place.",
    )


WARNING = "Établir une fausse attestation, ou s’en servir, est puni par l’article 441-1 du code pénal."
NOTES = (
    "Volet 1 : signé par l’éditeur, c’est-à-dire qui détient le code, en maîtrise les paramètres et publie cette "
    "version. Une association qui a changé le code, ou qui le publie elle-même, est son propre éditeur.",
    "Volet 2 : signé par l’association qui l’utilise, avec la même version que le volet 1.",
)


def pdf(found: Attestation) -> bytes:
    """To print and sign. Raises MachineError `pdf`."""
    return pages.printed("attestation.html", "fr", **_values(found))


def html(found: Attestation) -> str:
    """The same as a page."""
    return pages.html("attestation.html", "fr", **_values(found))


def _values(found: Attestation) -> dict[str, Any]:
    return {
        "found": found,
        "training": found.training,
        "conditions": CONDITIONS,
        "publisher": PUBLISHER,
        "user": user_lines(found),
        "sentences": sentences(found),
        "notes": NOTES,
        "warning": WARNING,
    }


def text(found: Attestation) -> str:
    """The same as plain text."""
    lines = ["ATTESTATION INDIVIDUELLE DU LOGICIEL DE CAISSE", f"établie le {formats.day(found.made_on, 'fr')}", ""]
    if found.training:
        lines += ["MODE ÉCOLE : ce document ne compte pas", ""]
    lines += ["VOLET 1, À REMPLIR PAR L’ÉDITEUR", ""]
    lines += [f"{name} : {_BLANK}" for name in PUBLISHER]
    lines += ["", "éditeur du logiciel, atteste :", ""]
    lines += [line for sentence in sentences(found) for line in (sentence, "")]
    for condition in CONDITIONS:
        lines += [f"{condition.title}. {condition.how}", *(f"  - {test}" for test in condition.tests), ""]
    lines += [f"Fait à {_BLANK}, le {_BLANK}. Signature de l’éditeur :", "", WARNING, ""]
    lines += ["VOLET 2, À REMPLIR PAR L’ASSOCIATION QUI UTILISE LE LOGICIEL", ""]
    lines += [f"{name} : {value or _BLANK}" for name, value in user_lines(found)]
    lines += ["", f"atteste utiliser le logiciel « kiosk » du volet 1, version {found.version}, depuis le {_BLANK},"]
    lines += ["pour enregistrer les règlements reçus.", ""]
    lines += [f"Fait à {_BLANK}, le {_BLANK}. Signature :", "", WARNING, "", *NOTES]
    return "\n".join(lines) + "\n"
