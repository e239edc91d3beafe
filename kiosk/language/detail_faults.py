"""Translates the detail of a fault from the English line of the program and its log: books, keys, tables, and the
answers of a door's relay, line or broker. Sentences about a kind of lock stand in the lock's row.

`settings_faults` takes the first sentence whose English is like the line, with any text in the place of each value.
Words of a server, a disk or a library stay as they are.
"""

from kiosk.language.texts import Text

FAULTS: tuple[Text, ...] = (
    Text(
        "l’écriture {number} ne correspond pas à son sceau : elle ou la précédente a été altérée",
        "entry {number} does not match its seal: it or the one before was altered",
    ),
    Text("l’écriture {number} manque : {next} suit {before}", "entry {number} is missing: {next} follows {before}"),
    Text("l’écriture {number} manque", "entry {number} is missing"),
    Text(
        "l’écriture {number} est scellée par la clé {key}, et non {other}",
        "entry {number} is sealed with key {key}, not {other}",
    ),
    Text(
        "l’écriture {number}, la dernière, est scellée par une ancienne clé",
        "entry {number}, the last, is sealed with an older key",
    ),
    Text(
        "l’écriture {number}, la dernière, ne correspond plus au sceau recalculé",
        "entry {number}, the last, no longer matches the recalculated seal",
    ),
    Text(
        "relue, l’écriture correspond à son sceau : vérifiez le disque et la mémoire de cette machine",
        "read again, the entry matches its seal: check this machine's disk and memory",
    ),
    Text(
        "le schéma diffère de celui de cette version en : {names}",
        "the schema differs from this release's in: {names}",
    ),
    Text(
        "une ligne de {table} renvoie à une ligne absente de {other}",
        "a row of {table} refers to a missing row of {other}",
    ),
    Text(
        "la clé qui scelle les écritures manque ou est abîmée : aucune écriture ne peut être enregistrée",
        "the key that seals the ledger is missing or damaged: no entry can be recorded",
    ),
    Text(
        "taille de la clé {path}, en octets : {count} au lieu de {size}",
        "the key {path} has the wrong size in bytes: {count} instead of {size}",
    ),
    Text(
        "la clé {path} manque ou est abîmée : lancez kiosk mend", "the key {path} is missing or damaged: run kiosk mend"
    ),
    Text("le mot de passe {path} est illisible : {why}", "the password {path} cannot be read: {why}"),
    Text(
        "le mot de passe {path} est abîmé : écrivez-le de nouveau, sur une ligne",
        "the password {path} is damaged: write it again, on one line",
    ),
    Text(
        "tous les comptes peuvent lire le mot de passe {path} : lancez chmod 0600 {file}",
        "every account can read the password {path}: run chmod 0600 {file}",
    ),
    Text("l’entrée n’a pas répondu en 10 s", "the entrance did not respond within 10 s"),
    Text(
        "la porte est à l’arrêt : elle ouvrira de nouveau après un redémarrage",
        "the door is stopped: it will open again after a restart",
    ),
    Text(
        "le relais de la porte ne réagit pas ({why}) : vérifiez le branchement GPIO",
        "the door's relay does not respond ({why}): check the GPIO wiring",
    ),
    Text(
        "GPIO {pin} ne répond pas ({why}) : vérifiez le branchement GPIO",
        "GPIO {pin} does not respond ({why}): check the GPIO wiring",
    ),
    Text(
        "la serrure n’accepte pas de durée limite pour son impulsion : elle a été arrêtée",
        "the lock does not accept a time limit for its pulse, so it was stopped",
    ),
    Text("la serrure a répondu, mais n’a pas libéré la porte", "the lock responded but did not release the door"),
    Text(
        "la serrure {name} demande son mot de passe : écrivez-le dans keys/entrance/lock",
        "the lock at {name} needs its password: write it in keys/entrance/lock",
    ),
    Text(
        "la serrure {name} ne répond pas ({why}) : vérifiez son alimentation, son réseau et son adresse",
        "the lock at {name} does not respond ({why}): check its power, its network and its address",
    ),
    Text(
        "la ligne {path} ne s’ouvre pas ({why}) : vérifiez son adaptateur et door.address",
        "the line {path} cannot be opened ({why}): check its adapter and door.address",
    ),
    Text(
        "un autre programme utilise {path} : un seul peut l’utiliser à la fois",
        "another program uses {path}: only one can use it at a time",
    ),
    Text("{path} n’est pas une ligne série : vérifiez door.address", "{path} is not a serial line: check door.address"),
    Text(
        "l’identité du courtier MQTT {name} n’a pas pu être vérifiée ({why}) : vérifiez son"
        " certificat et keys/entrance/lock.ca",
        "the broker at {name} could not be verified ({why}): check its certificate and keys/entrance/lock.ca",
    ),
    Text(
        "le courtier MQTT {name} refuse ce nom et ce mot de passe : vérifiez lock.user et keys/entrance/lock",
        "the broker at {name} rejects this name and password: check lock.user and keys/entrance/lock",
    ),
    Text(
        "le courtier MQTT {name} ne laisse pas lire {topics} : vérifiez les droits qu’il donne à lock.user",
        "the broker at {name} does not allow reading {topics}: check its rights for lock.user",
    ),
    Text(
        "le courtier MQTT {name} ne répond pas ({why}) : vérifiez son alimentation, son réseau et door.address",
        "the broker at {name} does not respond ({why}): check its power, its network and door.address",
    ),
)
