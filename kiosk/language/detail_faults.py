"""Translates the detail of a fault from the English line of the program and its log: books, keys, tables, and the
answers of a door's relay, line or broker. Sentences about a kind of lock stand in the lock's row.

Words of a server, a disk or a library stay as they are.
"""

from kiosk.language.texts import Text

FAULTS: tuple[Text, ...] = (
    Text(
        "l’écriture {number} ne répond pas à son sceau : elle ou la précédente a été altérée",
        "entry {number} does not fit its seal: it or the one before was altered",
    ),
    Text("l’écriture {number} manque : {next} suit {before}", "entry {number} is missing: {next} follows {before}"),
    Text("l’écriture {number} manque", "entry {number} is missing"),
    Text(
        "l’écriture {number} est scellée par la clé {key}, et non {other}",
        "entry {number} is sealed with key {key}, not {other}",
    ),
    Text(
        "l’écriture {number}, la dernière, est scellée par une ancienne clé",
        "entry {number}, the last, is sealed with a key of before",
    ),
    Text(
        "l’écriture {number}, la dernière, n’a plus le sceau qui vient d’être recalculé",
        "entry {number}, the last, has another seal than was just recomputed",
    ),
    Text(
        "relue, elle y répond : voyez le disque et la mémoire de cette machine",
        "read again, it does: look at this machine's disk and memory",
    ),
    Text(
        "le schéma diffère de celui de cette version en : {names}",
        "the schema differs from this release's at: {names}",
    ),
    Text(
        "une ligne de {table} renvoie à une ligne de {other} qui n’est pas là",
        "a row of {table} refers to a row of {other} that is not there",
    ),
    Text(
        "la clé de la chaîne manque ou est abîmée : rien ne peut être écrit",
        "the chain's key is missing or damaged: nothing can be entered",
    ),
    Text(
        "taille de la clé {path}, en octets : {count} au lieu de {size}",
        "the key {path} has {count} bytes instead of {size}",
    ),
    Text("la clé {path} manque ou est abîmée : kiosk mend", "the key {path} is missing or damaged: kiosk mend"),
    Text("le mot de passe {path} est illisible : {why}", "the password {path} cannot be read: {why}"),
    Text(
        "le mot de passe {path} est abîmé : écrivez-le de nouveau, sur une ligne",
        "the password {path} is damaged: write it anew, on one line",
    ),
    Text(
        "tous peuvent lire le mot de passe {path} : chmod 0600 {file}",
        "all accounts can read the password {path}: chmod 0600 {file}",
    ),
    Text("l’entrée n’a pas répondu en 10 s", "the entrance did not answer within 10 s"),
    Text(
        "la porte est à l’arrêt : elle ouvrira de nouveau après un redémarrage",
        "the door is closed down: it opens again after a restart",
    ),
    Text(
        "le relais de la porte n’obéit pas ({why}) : vérifiez GPIO",
        "the door's relay does not obey ({why}): check GPIO",
    ),
    Text("GPIO {pin} ne répond pas ({why}) : vérifiez GPIO", "GPIO {pin} does not answer ({why}): check GPIO"),
    Text(
        "la serrure n’a pas pris de durée au bout de laquelle elle finit seule : elle a été arrêtée",
        "the lock took no time at which it ends by itself: it was stopped",
    ),
    Text("la serrure a répondu, et n’a pas libéré", "the lock answered, and did not release"),
    Text(
        "la serrure {name} veut son mot de passe : keys/entrance/lock",
        "the lock at {name} wants its password: keys/entrance/lock",
    ),
    Text(
        "la serrure {name} ne répond pas ({why}) : voyez son courant, son réseau et son adresse",
        "the lock at {name} does not answer ({why}): look at its current, its network and its address",
    ),
    Text(
        "la ligne {path} ne s’ouvre pas ({why}) : voyez son adaptateur et door.address",
        "the line {path} cannot be opened ({why}): look at its adapter and door.address",
    ),
    Text("un autre programme parle sur {path} : un seul à la fois", "another program speaks on {path}: one at a time"),
    Text("{path} n’est pas une ligne série : voyez door.address", "{path} is no serial line: look at door.address"),
    Text(
        "le broker {name} n’est pas celui qu’il devrait être ({why}) : voyez son certificat et keys/entrance/lock.ca",
        "the broker at {name} is not who it should be ({why}): look at its certificate and keys/entrance/lock.ca",
    ),
    Text(
        "le broker {name} refuse ce nom et ce mot de passe : lock.user et keys/entrance/lock",
        "the broker at {name} does not take this name and password: lock.user and keys/entrance/lock",
    ),
    Text(
        "le broker {name} ne laisse pas lire {topics} : voyez ses droits pour lock.user",
        "the broker at {name} lets us not read {topics}: look at its rights for lock.user",
    ),
    Text(
        "le broker {name} ne répond pas ({why}) : voyez son courant, son réseau et door.address",
        "the broker at {name} does not answer ({why}): look at its current, its network and door.address",
    ),
)
