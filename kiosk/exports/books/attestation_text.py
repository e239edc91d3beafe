"""The publisher's attestation as a PDF and as text.

In French, whatever the home speaks, since tax officers read it; its translation comes after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.exports import formats, pages
from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Said, Text, Voice, spoken


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

    title: Text
    how: Text
    tests: tuple[str, ...]


CONDITIONS = (
    Condition(
        Text("Inaltérabilité", "Nothing is altered"),
        Text(
            "Une écriture n’est ni changée ni effacée : la base de données refuse l’un et l’autre. Une erreur se "
            "corrige par une contre-écriture, une seule fois, qui nomme la première et dit pourquoi.",
            "An entry is neither changed nor deleted: the database refuses both. A mistake is corrected by a "
            "counter-entry, once only, which names the first one and says why.",
        ),
        (
            "tests/store/test_guards.py::test_database_refuses_what_breaks_the_rule",
            "tests/store/test_guards.py::test_guards_in_the_database_are_those_of_this_release",
            "tests/store/test_ledger.py::test_entry_is_reversed_once",
            "tests/store/test_ledger.py::test_reversal_is_not_reversed",
        ),
    ),
    Condition(
        Text("Sécurisation", "Everything is secured"),
        Text(
            "Les écritures sont numérotées sans trou et chaînées par une empreinte à clé (HMAC-SHA256) gardée hors de "
            "la base ; une écriture changée, ôtée, ajoutée ou déplacée est trouvée et située par « kiosk verify ».",
            "Entries are numbered without a gap and chained by a keyed digest (HMAC-SHA256) that is kept "
            "outside the database; an entry that was changed, taken out, added or moved is found and located "
            "by “kiosk verify”.",
        ),
        (
            "tests/domain/test_chain.py::test_any_field_that_changes_changes_the_seal",
            "tests/store/test_audit.py::test_altered_entry_is_found",
            "tests/store/test_audit.py::test_entry_taken_out_is_found",
            "tests/store/test_audit.py::test_two_entries_that_changed_places_are_found",
            "tests/store/test_audit.py::test_other_key_or_home_fits_no_entry",
        ),
    ),
    Condition(
        Text("Conservation", "Everything is kept"),
        Text(
            "Chaque jour, mois et exercice est clôturé par une écriture qui a ses totaux par produit, moyen de "
            "paiement et taux de TVA, et un total perpétuel jamais remis à zéro ; rien n’est plus daté d’un jour "
            "clôturé.",
            "Each day, month and fiscal year is closed by an entry with its totals by product, means of "
            "payment and VAT rate, and a perpetual total that is never reset; nothing is dated in a closed "
            "day any more.",
        ),
        (
            "tests/books/test_closing.py::test_a_day_closes_once_the_next_has_begun",
            "tests/books/test_closing.py::test_a_month_is_the_sum_of_its_days_and_the_first_one_begins_in_the_middle",
            "tests/books/test_closing.py::test_a_year_is_the_sum_of_its_months",
            "tests/books/test_closing.py::test_the_database_itself_dates_nothing_in_a_closed_day",
        ),
    ),
    Condition(
        Text("Archivage", "Everything is archived"),
        Text(
            "« kiosk archive » écrit un exercice dans un fichier daté, signé, en formats ouverts, qui se vérifie sans "
            "ce logiciel et sans clé secrète.",
            "“kiosk archive” writes a fiscal year to a dated, signed file in open formats, which is verified "
            "without this software and without a secret key.",
        ),
        (
            "tests/books/test_archiving.py::test_an_archive_holds_alone_and_at_the_kiosk_that_made_it",
            "tests/books/test_archiving.py::test_the_verifier_imports_the_standard_library_only_and_asks_no_network",
            "tests/books/test_archiving.py::test_every_byte_counts",
        ),
    ),
)
_BLANK = "." * 40
_SIGNER = Text("Je soussigné·e", "I, the undersigned,")
_LEGAL = Text("représentant·e légal·e de", "legal representative of")
_ADDRESS = Text("adresse", "address")
PUBLISHER: tuple[Said | str, ...] = (
    _SIGNER,
    _LEGAL,
    _ADDRESS,
    "SIREN",
    Text("version publiée le", "version published on"),
)


def user_lines(found: Attestation, language: Language = "fr") -> tuple[tuple[str, str], ...]:
    """What is known of who uses the software."""
    known, t = found.association, Voice(language)
    return (
        (t(_SIGNER), ""),
        (t(_LEGAL), known.get("name", "")),
        (t(_ADDRESS), known.get("address", "").replace("\n", ", ")),
        (t("SIREN ou RNA", "SIREN or RNA"), known.get("siren") or known.get("rna", "")),
    )


_SENTENCES = (
    Text(
        "Le logiciel de caisse « kiosk », logiciel libre (licence EUPL-1.2), en version {version}, satisfait "
        "aux conditions d’inaltérabilité, de sécurisation, de conservation et d’archivage des données en vue du "
        "contrôle de l’administration fiscale, prévues au 3° bis du I de l’article 286 du code général des impôts.",
        "The till software “kiosk”, free software (licence EUPL-1.2), in version {version}, meets the conditions that "
        "data are not altered, are secured, kept and archived for the tax administration’s control, as 3° bis of I of "
        "article 286 of the French tax code wants it.",
    ),
    Text(
        "Sa version majeure est celle dont le nom commence par la racine « {root} ». Ce qui suit cette racine "
        "ne désigne que des versions mineures : elles ne touchent à aucune des quatre conditions. Un changement qui y "
        "touche donne une nouvelle racine, et demande une nouvelle attestation.",
        "Its major version is the one whose name begins with the root “{root}”. What follows this root names minor "
        "versions only: they touch none of the four conditions. A change that touches one gives a new root, and asks "
        "for a new attestation.",
    ),
    Text(
        "Le code en usage ici a l’empreinte {fingerprint} (SHA-256 de ses fichiers). Qui change ce code en "
        "devient l’éditeur, et signe à sa place.",
        "The code in use here has the digest {fingerprint} (SHA-256 of its files). Who changes this code becomes its "
        "publisher, and signs instead.",
    ),
)


def sentences(found: Attestation, language: Language = "fr") -> tuple[str, ...]:
    """What the publisher attests."""
    values = {"version": found.version, "root": found.root, "fingerprint": found.fingerprint}
    return tuple(each.to(language, **values) for each in _SENTENCES)


WARNING = Text(
    "Établir une fausse attestation, ou s’en servir, est puni par l’article 441-1 du code pénal.",
    "To make a false attestation, or to use one, is punished by article 441-1 of the French penal code.",
)
NOTES = (
    Text(
        "Volet 1 : signé par l’éditeur, c’est-à-dire qui détient le code, en maîtrise les paramètres et publie cette "
        "version. Une association qui a changé le code, ou qui le publie elle-même, est son propre éditeur.",
        "Part 1: signed by the publisher, who holds the code, masters its settings and publishes this version. An "
        "association that changed the code, or publishes it itself, is its own publisher.",
    ),
    Text(
        "Volet 2 : signé par l’association qui l’utilise, avec la même version que le volet 1.",
        "Part 2: signed by the association that uses it, with the same version as part 1.",
    ),
)
TITLE = Text("Attestation individuelle du logiciel de caisse", "Individual attestation of the till software")
PART_1 = Text("Volet 1, à remplir par l’éditeur", "Part 1, to be filled in by the publisher")
PART_2 = Text(
    "Volet 2, à remplir par l’association qui utilise le logiciel",
    "Part 2, to be filled in by the association that uses the software",
)
ATTESTS = Text("éditeur du logiciel, atteste :", "publisher of the software, attests:")


def pdf(found: Attestation, beside: Language = "fr") -> bytes:
    """To print and sign, and its translation behind it. Raises MachineError `pdf`."""
    return pages.printed_in_french("attestation.html", _values(found), beside)


def html(found: Attestation, beside: Language = "fr") -> str:
    """The same as a page."""
    return pages.in_french("attestation.html", _values(found), beside)


def _values(found: Attestation) -> Callable[[Language], dict[str, Any]]:
    return lambda language: {
        "found": found,
        "training": found.training,
        "conditions": CONDITIONS,
        "publisher": [Voice(language)(name) if isinstance(name, Text) else name for name in PUBLISHER],
        "user": user_lines(found, language),
        "sentences": sentences(found, language),
        "notes": NOTES,
        "warning": WARNING,
        "words": {"title": TITLE, "part_1": PART_1, "part_2": PART_2, "attests": ATTESTS},
    }


def text(found: Attestation, beside: Language = "fr") -> str:
    """The same as plain text."""
    parts = [_text(found, "fr")]
    if beside != "fr":
        parts += [pages.TRANSLATION.to(beside), _text(found, beside)]
    return "\n\n".join(parts)


def _text(found: Attestation, language: Language) -> str:
    t = Voice(language)
    colon = t(" : ", ": ")
    lines = [t(TITLE).upper(), t("établie le {day}", "made on {day}", day=formats.day(found.made_on, language)), ""]
    if found.training:
        lines += [t(common.TRAINING_DOCUMENT), ""]
    lines += [t(PART_1).upper(), ""]
    lines += [f"{spoken(name, language)}{colon}{_BLANK}" for name in PUBLISHER]
    lines += ["", t(ATTESTS), ""]
    lines += [line for sentence in sentences(found, language) for line in (sentence, "")]
    for condition in CONDITIONS:
        lines += [f"{t(condition.title)}. {t(condition.how)}", *(f"  - {test}" for test in condition.tests), ""]
    made = t("Fait à {blank}, le {blank}.", "Made at {blank}, on {blank}.", blank=_BLANK)
    lines += [f"{made} {t('Signature de l’éditeur', 'The publisher’s signature')}{colon}".rstrip(), "", t(WARNING), ""]
    lines += [t(PART_2).upper(), ""]
    lines += [f"{name}{colon}{value or _BLANK}" for name, value in user_lines(found, language)]
    uses = t(
        "atteste utiliser le logiciel « kiosk » du volet 1, version {version}, depuis le {blank}, pour enregistrer les "
        "règlements reçus.",
        "attests to use the software “kiosk” of part 1, version {version}, since {blank}, to record the payments "
        "received.",
        version=found.version,
        blank=_BLANK,
    )
    lines += ["", uses, "", f"{made} {t('Signature', 'Signature')}{colon}".rstrip(), "", t(WARNING), "", *map(t, NOTES)]
    return "\n".join(lines) + "\n"
