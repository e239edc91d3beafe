"""Sentences for the values of an error, by the value's name. Each is added after the error's own sentence where that
has no place (`{name}`) for the value.
"""

from kiosk.language.texts import Text

VALUES = {
    "account": Text("Compte n° {account}.", "Account no. {account}."),
    "balance_cents": Text("Solde : {balance_cents}.", "Balance: {balance_cents}."),
    "by": Text("Voir l’écriture n° {by}.", "See entry no. {by}."),
    "choices": Text("Au choix : {choices}.", "Choices: {choices}."),
    "columns": Text("Colonnes : {columns}.", "Columns: {columns}."),
    "content_cents": Text("La caisse contient {content_cents}.", "The cash box holds {content_cents}."),
    "count": Text("Nombre donné : {count}.", "Number given: {count}."),
    "day": Text("Jour : {day}.", "Day: {day}."),
    "days": Text("{days} jours au plus.", "{days} days at most."),
    "declared_cents": Text("Déclaré : {declared_cents}.", "Declared: {declared_cents}."),
    "entry": Text("Écriture n° {entry}.", "Entry no. {entry}."),
    "event": Text("Événement n° {event}.", "Event no. {event}."),
    "fields": Text("Champs : {fields}.", "Fields: {fields}."),
    "given": Text("Valeur donnée : « {given} ».", "Value given: “{given}”."),
    "label": Text("Il s’agit de « {label} ».", "This is about “{label}”."),
    "least": Text("Au moins {least}.", "At least {least}."),
    "left_on": Text("Départ le {left_on}.", "Left on {left_on}."),
    "limit_cents": Text("La limite est de {limit_cents}.", "The limit is {limit_cents}."),
    "line": Text("Ligne {line}.", "Line {line}."),
    "longest": Text("{longest} caractères au plus.", "{longest} characters at most."),
    "made_cents": Text("Total des lignes : {made_cents}.", "The lines add up to {made_cents}."),
    "member": Text("Membre n° {member}.", "Member no. {member}."),
    "minutes": Text("{minutes} minutes au plus.", "{minutes} minutes at most."),
    "most": Text("Au plus {most}.", "At most {most}."),
    "most_cents": Text("Au plus {most_cents}.", "At most {most_cents}."),
    "number": Text("N° {number}.", "No. {number}."),
    "numbers": Text("N° {numbers}.", "Nos. {numbers}."),
    "other": Text("L’autre fiche est la n° {other}.", "The other file is no. {other}."),
    "path": Text("Fichier : {path}.", "File: {path}."),
    "places": Text("Mots à garder : {places}.", "Words to keep: {places}."),
    "release": Text("Le programme attend la version {release}.", "The program expects release {release}."),
    "revision": Text("La base est à la version {revision}.", "The database is at version {revision}."),
    "shortest": Text("{shortest} caractères au moins.", "{shortest} characters at least."),
    "since": Text("À partir du {since}.", "From {since}."),
    "siren": Text("SIREN {siren}.", "SIREN {siren}."),
    "sum_cents": Text("Somme : {sum_cents}.", "Amount: {sum_cents}."),
    "tail": Text("Badge …{tail}.", "Badge …{tail}."),
    "today": Text("Aujourd’hui : {today}.", "Today: {today}."),
    "total_cents": Text("Total : {total_cents}.", "Total: {total_cents}."),
    "until": Text("Jusqu’au {until}.", "Until {until}."),
    "year": Text("Année : {year}.", "Year: {year}."),
}
FIELD_NAMES = {
    "address": Text("adresse", "address"),
    "bic": Text("BIC", "BIC"),
    "colour": Text("couleur", "colour"),
    "email": Text("e-mail", "e-mail"),
    "iban": Text("IBAN", "IBAN"),
    "name": Text("nom", "name"),
    "phone": Text("téléphone", "phone"),
    "purpose": Text("objet social", "purpose"),
    "rna": Text("numéro RNA", "RNA number"),
    "siren": Text("SIREN", "SIREN"),
    "siren-or-rna": Text("SIREN ou RNA", "SIREN or RNA"),
    "vat_number": Text("numéro de TVA", "VAT number"),
}
"""Names of fields by their codes: the value `fields` of an error lists such codes."""
# Values without a sentence: English text or the program's own codes, for the terminal and the log only.
UNSAID = frozenset(("kind", "kind_2", "rule", "who", "why"))
