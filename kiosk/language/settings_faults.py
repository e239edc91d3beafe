"""Translates what is wrong with kiosk.toml from the English line that the program and its log have.

That line names keys and values; each sentence here is one of those that `kiosk.config_file` makes, with places for
them.
"""

import re
from collections.abc import Iterator
from functools import cache

from kiosk.language import detail_faults
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

_BETWEEN = "; "  # between two faults of one line
_PATH = re.compile(r"(?P<path>/\S+): (?P<faults>.*)", re.DOTALL)  # a line that begins with the file
_PLACE = re.compile(r"\\{(\w+)\\}")  # of a value, in a sentence that is escaped already

# In this order: the first whose English fits is taken, so a more particular sentence stands before a general one.
FAULTS: tuple[Text, ...] = (
    Text("clé inconnue {key} ; connues ici : {known}", "unknown key {key}, known here: {known}"),
    Text("{key} manque", "{key} is missing"),
    Text(
        "sa dernière ligne n’est pas « {end} » : il a été coupé, ou quelque chose est écrit en dessous",
        "its last line is not `{end}`: it was cut, or something is written below that line",
    ),
    Text("tables ou listes trop imbriquées", "tables or lists are nested too deeply"),
    Text("real manque : attendu true ou false", "real is missing: expected true or false"),
    Text(
        "{key} manque : un espace réel doit dire quelle broche commande le relais",
        "{key} is missing: a real home must say which pin its relay is on",
    ),
    Text(
        "{key} manque : un espace réel doit dire quel niveau libère la serrure",
        "{key} is missing: a real home must say which level releases the lock",
    ),
    Text(
        "{key} contient un caractère qui n’est pas du texte",
        "{key} contains a character that is not text: expected plain text",
    ),
    Text(
        "{key} = {given} : fuseau inconnu, attendu par exemple Europe/Paris",
        "{key} = {given}: no such time zone, expected one like Europe/Paris",
    ),
    Text("{key} est plus court que {other}", "{key} is shorter than {other}"),
    Text(
        "{key} = {given} : attendu host, battery, timesync, ou flag: et un chemin depuis /",
        "{key} = {given}: expected host, battery, timesync, or flag: and a path from /",
    ),
    Text(
        "mail : attendu pour server un hôte et un port comme smtp.example.org:587, et pour sender une adresse e-mail",
        "mail: server must be a host and port like smtp.example.org:587, and sender an e-mail address",
    ),
    Text("{key} : attendu {form}, sans chemin", "{key}: expected one like {form}, without a path"),
    Text("spool.path est vide : attendu un dossier, comme spool", "spool.path is empty: expected a folder, like spool"),
    Text(
        "{key} et {other} sont les mêmes : choisissez deux ports différents",
        "{key} and {other} are the same: choose two different ports",
    ),
    Text(
        "pages.port est déjà celui de l’écran ou du bureau : choisissez un autre port",
        "pages.port is already used by the screen or the desk: choose another port",
    ),
    Text(
        "{key} = {given} est simulé, mais cet espace est réel : attendu {known}",
        "{key} = {given} is simulated, but this home is real: expected one of {known}",
    ),
    Text(
        "{key} = {given} prend le premier lecteur trouvé : donnez le port ou la place de chaque lecteur",
        "{key} = {given} takes the first reader found: give the port or place of each reader",
    ),
    Text(
        "more_doors : un lecteur est simulé, mais cet espace est réel : attendu {known}",
        "more_doors: a reader is simulated, but this home is real: expected one of {known}",
    ),
    Text(
        "door.address est pour une serrure qui n’est pas un relais : indiquez cette serrure dans door.lock",
        "door.address is for a lock that is not a relay: set that lock in door.lock",
    ),
    Text(
        "door.lock = {given} ne commande ni voyants, ni buzzer, ni sonnette : supprimez green_pin, red_pin, buzzer_pin"
        " et bell_pin",
        "door.lock = {given} cannot drive lights, a buzzer or a bell: delete green_pin, red_pin, buzzer_pin and"
        " bell_pin",
    ),
    Text(
        "door.pulse_seconds : la minuterie de {lock} compte en secondes entières : écrivez 1 ou plus",
        "door.pulse_seconds: the timer of {lock} counts whole seconds: enter 1 or more",
    ),
    Text(
        "door : une broche sert à deux choses : choisissez une autre broche pour l’une des deux",
        "door: one pin is used for two things: choose another pin for one of them",
    ),
    Text(
        "more_doors : deux portes ont le même {key} : donnez à chacune le sien",
        "more_doors: two doors have the same {key}: give each door its own",
    ),
    Text("{key} = {given} : attendu {known}", "{key} = {given}: expected one of {known}"),
    Text(
        "{key} = {given} : attendu {kind}, et non {found}, parmi {known}",
        "{key} = {given}: expected `{kind}`, got `{found}`, one of {known}",
    ),
    Text("{key} = {given} : attendu {kind}, et non {found}", "{key} = {given}: expected `{kind}`, got `{found}`"),
    Text(
        "{key} = {given} : {found} n’est pas connu, attendu {known}",
        "{key} = {given}: invalid enum value {found}, one of {known}",
    ),
    Text("{key} = {given} : attendu {kind}", "{key} = {given}: expected {kind}"),
    Text("{key} : attendu {form}", "{key}: expected {form}"),
    Text(
        "ligne {line}, colonne {column} : ce n’est pas du TOML ({why})",
        "{why} (at line {line}, column {column})",
    ),
    Text("fichier absent", "No such file or directory"),
    Text("lecture refusée", "Permission denied"),
)


def told(fault: str, language: Language, more: tuple[Text, ...] = ()) -> str:
    """Return what is wrong in a language; a part that is no sentence of ours, such as one of the TOML reader's, stays
    as it is. `fault` is one or several faults joined by "; ", perhaps after the file's path; `more` are the sentences
    of devices.
    """
    if language == "en":
        return fault
    named = _PATH.fullmatch(fault)
    path, faults = (named["path"], named["faults"]) if named else ("", fault)
    parts = _BETWEEN.join(_part(each, language, more) for each in faults.split(_BETWEEN))
    # French has a space before its colon.
    return f"{path} : {parts}" if path and language == "fr" else f"{path}: {parts}" if path else parts


def _part(part: str, language: Language, more: tuple[Text, ...]) -> str:
    """Return one fault in a language; as it is where no sentence of ours is like it."""
    for pattern, text in _patterns(more):
        if match := pattern.fullmatch(part):
            return text.to(language, **match.groupdict())
    return part


@cache
def _patterns(more: tuple[Text, ...]) -> tuple[tuple[re.Pattern[str], Text], ...]:
    """Return each sentence with a pattern of its English, compiled once. The first that matches is taken."""
    return tuple(_compiled(more))


def _compiled(more: tuple[Text, ...]) -> Iterator[tuple[re.Pattern[str], Text]]:
    """Yield the patterns: each place of a value takes any text."""
    for text in (*FAULTS, *detail_faults.FAULTS, *more):
        yield re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(text.en)), re.DOTALL), text
