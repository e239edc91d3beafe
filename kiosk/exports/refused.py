"""Says why lines of an imported members' file are refused, and writes those lines as a file to correct and import
again.
"""

import csv
from collections.abc import Iterable
from typing import TextIO

from kiosk.domain.members.matching import Row
from kiosk.domain.spreadsheet import Table
from kiosk.exports.csv_files import guarded
from kiosk.language.texts import Text

REASONS = {
    "cells": Text(
        "la ligne a {value} cellules, plus que l’en-tête : ôtez les cellules en trop",
        "the line has {value} cells, more than the header: remove the extra cells",
    ),
    "cell-number": Text("« {value} » n’est pas un numéro de membre", "{value!r} is not a member number"),
    "cell-name": Text(
        "nom trop long, ou avec des caractères non imprimables : {value}",
        "name too long, or with unprintable characters: {value}",
    ),
    "cell-first-name": Text(
        "prénom avec des caractères non imprimables : {value}", "first name with unprintable characters: {value}"
    ),
    "cell-last-name": Text(
        "nom avec des caractères non imprimables : {value}", "last name with unprintable characters: {value}"
    ),
    "cell-shown": Text(
        "nom affiché trop long, ou avec des caractères non imprimables : {value}",
        "shown name too long, or with unprintable characters: {value}",
    ),
    "cell-email": Text("« {value} » n’est pas une adresse e-mail", "{value!r} is not an e-mail address"),
    "cell-phone": Text(
        "« {value} » n’est pas un numéro de téléphone (un tableur l’a peut-être changé)",
        "{value!r} is not a telephone number (a spreadsheet may have changed it)",
    ),
    "cell-plan": Text(
        "il n’y a pas de formule « {value} » : choisissez une formule de la liste",
        "there is no plan {value!r}: choose a plan from the list",
    ),
    "cell-language": Text("« {value} » n’est pas une langue de la borne", "{value!r} is not a language of this kiosk"),
    "cell-joined": Text(
        "jour d’arrivée illisible : {value} (écrivez-le comme 31/03/2026)",
        "unreadable joining date: {value} (write it like 31/03/2026)",
    ),
    "cell-left": Text(
        "jour de départ illisible : {value} (écrivez-le comme 31/03/2026)",
        "unreadable leaving date: {value} (write it like 31/03/2026)",
    ),
    "cell-membership-until": Text(
        "fin d’adhésion illisible : {value} (écrivez-la comme 31/03/2026)",
        "unreadable membership end date: {value} (write it like 31/03/2026)",
    ),
    "cell-badge": Text(
        "« {value} » n’est pas un numéro de badge permanent",
        "{value!r} is not a permanent badge number",
    ),
    "number-unknown": Text(
        "pas de membre n° {value} (laissez vide pour une nouvelle personne : le numéro est attribué)",
        "there is no member {value} (leave it empty for a new person: a number is assigned)",
    ),
    "name-missing": Text("il manque le nom d’une nouvelle personne", "the name of the new person is missing"),
    "email-of-another": Text(
        "cette adresse est celle de la fiche n° {value}, sous un autre nom : ajoutez le numéro, ou ôtez l’adresse",
        "this address belongs to file {value}, under another name: add the number, or remove the address",
    ),
    "name-of-another": Text(
        "la fiche n° {value} a ce nom et une autre adresse : ajoutez le numéro, ou inscrivez cette personne au bureau",
        "file {value} has this name with another address: add the number, or enrol this person at the desk",
    ),
    "name-of-several": Text(
        "plusieurs personnes peuvent porter ce nom (fiche n° {value}) : ajoutez le numéro",
        "several people may have this name (file {value}): add the number",
    ),
    "name-twice": Text(
        "ce nom est sur plusieurs lignes : ajoutez l’adresse e-mail de chaque personne",
        "this name is on several lines: add each person’s e-mail address",
    ),
    "line-twice": Text(
        "cette ligne a le même contenu que la ligne {value} : ôtez l’une des deux lignes",
        "this line has the same content as line {value}: remove one of the two lines",
    ),
    "joined-later": Text("jour d’arrivée dans l’avenir : {value}", "joining date in the future: {value}"),
    "membership-before": Text(
        "l’adhésion finit avant l’arrivée : {value}", "the membership ends before the joining date: {value}"
    ),
    "membership-far": Text("fin d’adhésion trop lointaine : {value}", "membership end date too far ahead: {value}"),
    "membership-shorter": Text(
        "la fiche indique une adhésion jusqu’au {value}, plus tard que cette ligne : ôtez la date de la ligne",
        "the member’s file has a membership until {value}, later than on this line: remove the date from the line",
    ),
    "member-left": Text(
        "cette personne est partie le {value} : son retour se fait au bureau",
        "this person left on {value}: record their return at the desk",
    ),
    "left-already": Text(
        "cette personne est partie le {value} : ôtez la ligne",
        "this person left on {value}: remove the line",
    ),
    "left-here": Text(
        "un départ (ici le {value}) s’enregistre au bureau : ôtez la date",
        "departures are recorded at the desk: remove the date ({value})",
    ),
    "badge-given": Text("ce badge est au membre n° {value}", "this badge belongs to member no. {value}"),
    "badge-lost": Text(
        "le badge {value} est déclaré perdu : ôtez-le de cette ligne",
        "badge {value} is reported lost: remove it from this line",
    ),
}


def reason(refusal: Row, language: str) -> str:
    """Return why a line is refused, in words that name its wrong value."""
    return REASONS[refusal.reason].to(language, value=refusal.value)


def write(file: TextIO, table: Table, rows: Iterable[Row], language: str) -> None:
    """Write the refused lines for a spreadsheet, as they were, each with its number and its reason at the end. Cells
    are guarded, so that none is run as a formula; a short line is filled up, a long one cut to the header's length.
    """
    file.write("\ufeff")  # by which spreadsheets know UTF-8
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    last = Text("ligne", "line"), Text("raison", "reason")
    writer.writerow([*map(guarded, table.columns), *(each.to(language) for each in last)])
    for row in rows:
        cells = [*row.line.cells, *[""] * len(table.columns)][: len(table.columns)]
        writer.writerow([*map(guarded, cells), row.line.number, reason(row, language)])
