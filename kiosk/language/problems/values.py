"""Words for what an error knows: said after its sentence, where the sentence has no place for it."""

from kiosk.language.texts import Text

VALUES = {
    "account": Text("Compte n° {account}.", "Account no. {account}."),
    "balance_cents": Text("Solde : {balance_cents}.", "Balance: {balance_cents}."),
    "by": Text("Par l’écriture n° {by}.", "By entry no. {by}."),
    "choices": Text("Au choix : {choices}.", "Choices: {choices}."),
    "columns": Text("Colonnes : {columns}.", "Columns: {columns}."),
    "content_cents": Text("Elle contient {content_cents}.", "It holds {content_cents}."),
    "count": Text("Il y en a {count}.", "There are {count}."),
    "day": Text("Jour : {day}.", "Day: {day}."),
    "days": Text("{days} jours au plus.", "{days} days at most."),
    "declared_cents": Text("Déclaré : {declared_cents}.", "Declared: {declared_cents}."),
    "entry": Text("Écriture n° {entry}.", "Entry no. {entry}."),
    "event": Text("Événement n° {event}.", "Event no. {event}."),
    "given": Text("Reçu : « {given} ».", "Received: “{given}”."),
    "label": Text("Il s’agit de « {label} ».", "It is “{label}”."),
    "least": Text("Au moins {least}.", "At least {least}."),
    "left_on": Text("Départ le {left_on}.", "Left on {left_on}."),
    "limit_cents": Text("La limite est de {limit_cents}.", "The limit is {limit_cents}."),
    "line": Text("Ligne {line}.", "Line {line}."),
    "longest": Text("{longest} caractères au plus.", "{longest} characters at most."),
    "made_cents": Text("Les lignes font {made_cents}.", "The lines add up to {made_cents}."),
    "member": Text("Membre n° {member}.", "Member no. {member}."),
    "minutes": Text("{minutes} minutes au plus.", "{minutes} minutes at most."),
    "most": Text("Au plus {most}.", "At most {most}."),
    "most_cents": Text("Au plus {most_cents}.", "At most {most_cents}."),
    "number": Text("N° {number}.", "No. {number}."),
    "numbers": Text("N° {numbers}.", "Nos. {numbers}."),
    "other": Text("L’autre : n° {other}.", "The other: no. {other}."),
    "shortest": Text("{shortest} caractères au moins.", "{shortest} characters at least."),
    "since": Text("À partir du {since}.", "From {since} on."),
    "siren": Text("SIREN {siren}.", "SIREN {siren}."),
    "sum_cents": Text("Somme : {sum_cents}.", "Sum: {sum_cents}."),
    "tail": Text("Badge …{tail}.", "Badge …{tail}."),
    "today": Text("Aujourd’hui : {today}.", "Today: {today}."),
    "total_cents": Text("Total : {total_cents}.", "Total: {total_cents}."),
    "until": Text("Jusqu’au {until}.", "Until {until}."),
    "year": Text("Année : {year}.", "Year: {year}."),
}
# What is English or a code of the program's own: for the terminal and the log.
UNSAID = frozenset(("kind", "kind_2", "rule", "who", "why"))
