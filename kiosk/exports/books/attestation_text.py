"""Writes the publisher's attestation as a PDF, as a page and as text.

In French, whatever language the home uses, since tax officers read it; a translation into the language `beside` follows
it, none for "fr". The law requires the administration's model: its fixed sentences are repeated word for word.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.exports import formats, pages
from kiosk.language import common
from kiosk.language.catalogues import Language
from kiosk.language.texts import Said, Text, Voice, spoken

MODEL = "BOI-LETTRE-000242"  # the administration's name of its model
MODEL_OF = date(2026, 3, 25)  # the version of the model that is followed here


class Attestation(Struct, frozen=True):
    """The values that the kiosk fills in. `root` names the major version; `fingerprint` the exact code
    that runs here.
    """

    version: str
    root: str
    fingerprint: str
    association: Mapping[str, str]
    made_on: date
    training: bool


class Condition(Struct, frozen=True):
    """One of the law's four conditions: how it is met, and the tests that fail where it is not."""

    title: Text
    how: Text
    tests: tuple[str, ...]


CONDITIONS = (
    Condition(
        Text("Inaltérabilité", "Unalterability"),
        Text(
            "Une écriture n’est jamais changée ni effacée : la base de données refuse l’un et l’autre. Une erreur"
            " se corrige une seule fois, par une contre-écriture qui nomme l’écriture corrigée et dit pourquoi.",
            "An entry is never changed or deleted: the database refuses both. A mistake is corrected once, by a"
            " counter-entry that names the corrected entry and gives the reason.",
        ),
        (
            "tests/store/test_guards.py::test_database_refuses_what_breaks_the_rule",
            "tests/store/test_guards.py::test_guards_in_the_database_are_those_of_this_release",
            "tests/store/test_ledger.py::test_entry_is_reversed_once",
            "tests/store/test_ledger.py::test_reversal_is_not_reversed",
        ),
    ),
    Condition(
        Text("Sécurisation", "Security"),
        Text(
            "Les écritures sont numérotées sans trou et chaînées par une empreinte à clé (HMAC-SHA256) gardée hors"
            " de la base ; « kiosk verify » détecte et situe une écriture changée, ôtée, ajoutée ou déplacée.",
            "Entries are numbered without gaps and chained by a keyed digest (HMAC-SHA256) kept outside the"
            " database; “kiosk verify” detects and locates an entry that was changed, removed, added or moved.",
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
        Text("Conservation", "Retention"),
        Text(
            "Chaque jour, mois et exercice est clôturé par une écriture qui porte ses totaux par produit, moyen de"
            " paiement et taux de TVA, et un total perpétuel jamais remis à zéro ; ensuite, aucune écriture n’est"
            " datée d’un jour clôturé.",
            "Each day, month and fiscal year is closed by an entry with its totals by product, means of payment and"
            " VAT rate, and a perpetual total that is never reset. After that, no entry is dated on a closed day.",
        ),
        (
            "tests/books/test_closing.py::test_a_day_closes_once_the_next_has_begun",
            "tests/books/test_closing.py::test_a_month_is_the_sum_of_its_days_and_the_first_one_begins_in_the_middle",
            "tests/books/test_closing.py::test_a_year_is_the_sum_of_its_months",
            "tests/books/test_closing.py::test_the_database_itself_dates_nothing_in_a_closed_day",
        ),
    ),
    Condition(
        Text("Archivage", "Archiving"),
        Text(
            "« kiosk archive » écrit un exercice dans un fichier daté, signé, en formats ouverts, qui se vérifie sans "
            "ce logiciel et sans clé secrète.",
            "“kiosk archive” writes a fiscal year to a dated, signed file in open formats, which can be verified"
            " without this software and without a secret key.",
        ),
        (
            "tests/books/test_archiving.py::test_an_archive_holds_alone_and_at_the_kiosk_that_made_it",
            "tests/books/test_archiving.py::test_the_verifier_imports_the_standard_library_only_and_asks_no_network",
            "tests/books/test_archiving.py::test_every_byte_counts",
        ),
    ),
)
_BLANK = "." * 40  # a line to be filled in by hand
_SIGNER = Text("Je soussigné·e", "I, the undersigned,")
_LEGAL = Text("représentant·e légal·e de", "legal representative of")
_ADDRESS = Text("adresse", "address")
PUBLISHER: tuple[Said | str, ...] = (  # names of the lines that the publisher fills in by hand
    _SIGNER,
    _LEGAL,
    _ADDRESS,
    "SIREN",
    Text("version mise sur le marché à compter du", "version placed on the market from"),
)


def user_lines(attestation: Attestation, language: Language = "fr") -> tuple[tuple[str, str], ...]:
    """Return names and values of the lines about the association that uses the software; "" for what is filled in by
    hand.
    """
    identity, t = attestation.association, Voice(language)
    return (
        (t(_SIGNER), ""),
        (t(_LEGAL), identity.get("name", "")),
        (t(_ADDRESS), identity.get("address", "").replace("\n", ", ")),
        (t("SIREN ou RNA", "SIREN or RNA"), identity.get("siren") or identity.get("rna", "")),
    )


_SENTENCES = (
    Text(
        "J’atteste que les fonctionnalités de caisse du logiciel « kiosk » (logiciel libre, licence EUPL-1.2,"
        " sans numéro de licence), mis sur le marché à compter de la date indiquée plus haut, dans sa version n°"
        " {version}, satisfont aux conditions d’inaltérabilité, de sécurisation, de conservation et d’archivage"
        " des données en vue du contrôle de l’administration fiscale, prévues au 3° bis du I de l’article 286 du"
        " code général des impôts.",
        "I attest that the till functions of the software “kiosk” (free software, licence EUPL-1.2, without a"
        " licence number), on the market from the date given above, in version no. {version}, meet the conditions"
        " of unalterability, security, retention and archiving of data for inspection by the tax administration, as"
        " required by 3° bis of I of article 286 of the French tax code.",
    ),
    Text(
        "J’atteste que la dernière version majeure de ce logiciel est identifiée avec la racine suivante : {root}, et "
        "que les versions mineures développées ultérieurement à cette version majeure sont ou seront identifiées par "
        "les subdivisions suivantes de cette racine : {root}.x. Je m’engage à ce que ces subdivisions ne soient "
        "utilisées que pour l’identification des versions mineures ultérieures, à l’exclusion de toute version "
        "majeure. Les versions majeures et mineures du logiciel s’entendent au sens du III-A § 340 du "
        "BOI-TVA-DECLA-30-10-30.",
        "I attest that the latest major version of this software is identified by the root {root}, and that minor"
        " versions made after it are or will be identified by the subdivisions {root}.x of this root. I undertake"
        " to use these subdivisions for later minor versions only, and for no major version. “Major” and “minor”"
        " versions have the meaning given in III-A § 340 of BOI-TVA-DECLA-30-10-30.",
    ),
    Text(
        "Le périmètre couvert par cette attestation concerne les fonctionnalités suivantes : l’enregistrement des "
        "ventes, des règlements, des remboursements et de leurs corrections ; les reçus, factures et avoirs ; la "
        "caisse ; les clôtures du jour, du mois et de l’exercice ; l’archive.",
        "This attestation covers these functions: recording sales, payments, refunds and their corrections;"
        " receipts, invoices and credit notes; the cash box; the closings of the day, the month and the fiscal"
        " year; the archive.",
    ),
    Text(
        "Les fonctionnalités suivantes ne sont pas couvertes par cette attestation : la porte et les badges, les "
        "fiches des membres, l’accueil, les salles, les formations, la lecture des relevés de banque, les messages, "
        "les chiffres.",
        "This attestation does not cover these functions: the door and its badges, the members’ files, hosting,"
        " rooms, training courses, reading bank statements, messages, figures.",
    ),
    Text(
        "Le code en usage ici a l’empreinte {fingerprint} (SHA-256 de ses fichiers). La personne qui change ce"
        " code en devient l’éditeur, et signe à la place du premier.",
        "The code in use here has the digest {fingerprint} (SHA-256 of its files). Anyone who changes this code"
        " becomes its publisher, and signs in the first publisher’s place.",
    ),
)


def sentences(attestation: Attestation, language: Language = "fr") -> tuple[str, ...]:
    """Return the sentences that the publisher attests."""
    values = {"version": attestation.version, "root": attestation.root, "fingerprint": attestation.fingerprint}
    return tuple(sentence.to(language, **values) for sentence in _SENTENCES)


_USES = (
    Text(
        "Je certifie avoir acquis ou téléchargé le {blank}, auprès de {blank}, le logiciel de caisse « kiosk » "
        "mentionné au volet 1 de cette attestation.",
        "I certify that I acquired or downloaded on {blank}, from {blank}, the till software “kiosk” described in"
        " part 1 of this attestation.",
    ),
    Text(
        "J’atteste utiliser ce logiciel de caisse pour enregistrer les règlements de mes clients particuliers, "
        "conformément à la réglementation fiscale en vigueur, depuis le {blank}.",
        "I attest that I have used this till software since {blank} to record the payments of customers who are"
        " private individuals, as the tax rules in force require.",
    ),
)


def uses(language: Language = "fr") -> tuple[str, ...]:
    """Return the sentences that the software's user attests, with blanks to fill in."""
    return tuple(sentence.to(language, blank=_BLANK) for sentence in _USES)


def model(language: Language = "fr") -> str:
    """Return the sentence that names the administration's model and its date."""
    return _FOLLOWED.to(language, model=MODEL, day=formats.day(MODEL_OF, language))


_FOLLOWED = Text(
    "Selon le modèle de l’administration {model}, version du {day}.",
    "Based on the administration’s model {model}, version of {day}.",
)
PREAMBLE = Text(
    "Les volets 1 et 2 de cette attestation doivent être présentés à l’administration fiscale en cas de contrôle. "
    "Elle n’a de valeur que si son volet 2 est dûment complété et signé par l’entreprise utilisatrice du logiciel.",
    "Both parts of this attestation must be shown to the tax administration during an inspection. It is valid only"
    " if part 2 is completed and signed by the organisation that uses the software.",
)
WARNING = Text(
    "Il est rappelé que l’établissement d’une fausse attestation est un délit pénal passible de trois ans "
    "d’emprisonnement et de 45 000 € d’amende (code pénal, art. 441-1). L’usage d’une fausse attestation est "
    "passible des mêmes peines.",
    "Making a false attestation is an offence punishable by up to three years in prison and a fine of €45,000"
    " (French penal code, art. 441-1). Using one carries the same penalties.",
)
NOTES = (
    Text(
        "Volet 1 : signé par l’éditeur, c’est-à-dire la personne ou l’association qui détient le code, en maîtrise"
        " les paramètres et publie cette version. Une association qui a changé le code, ou qui le publie"
        " elle-même, est son propre éditeur.",
        "Part 1: signed by the publisher, that is, the person or association that holds the code, controls its"
        " settings and publishes this version. An association that has changed the code, or publishes it itself,"
        " is its own publisher.",
    ),
    Text(
        "Volet 2 : signé par l’association qui l’utilise, avec la même version que le volet 1.",
        "Part 2: signed by the association that uses it, with the same version as part 1.",
    ),
    Text(
        "L’article 286 vaut jusqu’au 31 décembre 2026. À partir du 1er janvier 2027, l’article L. 216-40 du code des "
        "impositions sur les biens et services renvoie à un décret : vérifiez ce qu’il admet comme preuve.",
        "Article 286 applies until 31 December 2026. From 1 January 2027, article L. 216-40 of the code of taxes"
        " on goods and services refers to a decree: check what it accepts as proof.",
    ),
)
TITLE = Text(
    "Attestation individuelle relative à l’utilisation d’un logiciel ou d’un système de caisse sécurisé",
    "Individual attestation on the use of secure till software",
)
PART_1 = Text(
    "Volet 1 : partie à remplir par l’éditeur du logiciel de caisse", "Part 1, to be filled in by the publisher"
)
PART_2 = Text(
    "Volet 2 : partie à remplir par l’association qui utilise le logiciel de caisse",
    "Part 2, to be filled in by the association that uses the software",
)


def pdf(attestation: Attestation, beside: Language = "fr") -> bytes:
    """Return the attestation to print and sign, as a PDF, followed by its translation into `beside`, if that is not
    French. Raises MachineError `pdf`.
    """
    return pages.printed_in_french("attestation.html", _values(attestation), beside)


def html(attestation: Attestation, beside: Language = "fr") -> str:
    """Return the attestation as an HTML page, followed by its translation into `beside`, if that is not French."""
    return pages.in_french("attestation.html", _values(attestation), beside)


def _values(attestation: Attestation) -> Callable[[Language], dict[str, Any]]:
    """Return what fills the template, as a function of the language."""
    return lambda language: {
        "attestation": attestation,
        "training": attestation.training,
        "conditions": CONDITIONS,
        "publisher": [Voice(language)(name) if isinstance(name, Text) else name for name in PUBLISHER],
        "user": user_lines(attestation, language),
        "sentences": sentences(attestation, language),
        "notes": NOTES,
        "warning": WARNING,
        "uses": uses(language),
        "model": model(language),
        "words": {"title": TITLE, "preamble": PREAMBLE, "part_1": PART_1, "part_2": PART_2},
    }


def text(attestation: Attestation, beside: Language = "fr") -> str:
    """Return the attestation as plain text, followed by its translation."""
    parts = [_text(attestation, "fr")]
    if beside != "fr":
        parts += [pages.TRANSLATION.to(beside), _text(attestation, beside)]
    return "\n\n".join(parts)


def _text(attestation: Attestation, language: Language) -> str:
    """Return the attestation as plain text in one language."""
    t = Voice(language)
    colon = t(common.COLON)
    lines = [
        t(TITLE).upper(),
        t("établie le {day}", "issued on {day}", day=formats.day(attestation.made_on, language)),
        "",
    ]
    if attestation.training:
        lines += [t(common.TRAINING_DOCUMENT), ""]
    lines += [model(language), t(PREAMBLE), "", t(PART_1).upper(), ""]
    lines += [f"{spoken(name, language)}{colon}{_BLANK}" for name in PUBLISHER]
    lines += [""]
    lines += [line for sentence in sentences(attestation, language) for line in (sentence, "")]
    for condition in CONDITIONS:
        lines += [f"{t(condition.title)}. {t(condition.how)}", *(f"  - {test}" for test in condition.tests), ""]
    signed_line = t("Fait à {blank}, le {blank}.", "Signed in {blank}, on {blank}.", blank=_BLANK)
    lines += [
        f"{signed_line} {t('Signature de l’éditeur', 'The publisher’s signature')}{colon}".rstrip(),
        "",
        t(WARNING),
        "",
    ]
    lines += [t(PART_2).upper(), ""]
    lines += [f"{name}{colon}{value or _BLANK}" for name, value in user_lines(attestation, language)]
    lines += [""] + [line for use in uses(language) for line in (use, "")]
    lines += [f"{signed_line} {t('Signature', 'Signature')}{colon}".rstrip(), "", t(WARNING), "", *map(t, NOTES)]
    return "\n".join(lines) + "\n"
