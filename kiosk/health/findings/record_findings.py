"""Lists the findings about the records, in words: database, chain, waiting taps, the door's journal."""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Plural, Text

_OK, _WARN, _BAD = Level.OK, Level.WARN, Level.BAD

_MEND_DISK: Text = Text(
    "Libérez ou remplacez le disque, sans couper le courant : docs/faults.md.",
    "Free up or replace the disk, and keep the power on: docs/faults.md.",
)
_BOOKS_ILL: Text = Text(
    "N’enregistrez plus rien ; prévenez les personnes qui tiennent les comptes : docs/faults.md.",
    "Record nothing more; tell the people who keep the books: docs/faults.md.",
)

# By topic (its code and name) the findings: code, level, sentence, remedy.
ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("database", Text("Base", "Database")): (
        ("database", _OK, Text("accessible en écriture", "writable")),
        (
            "database-read",
            _OK,
            Text(
                "lisible, {megabytes}\u00a0Mo et {log}\u00a0Mo de journal",
                "readable, {megabytes}\u00a0MB and {log}\u00a0MB of log",
            ),
        ),
        (
            "database-server",
            _OK,
            Text(
                "serveur PostgreSQL {version}, {megabytes}\u00a0Mo", "PostgreSQL server {version}, {megabytes}\u00a0MB"
            ),
        ),
        (
            "server-unsafe",
            _BAD,
            Text(
                "ce serveur peut perdre ce qu’il a confirmé : {settings}",
                "this server may lose data it has confirmed: {settings}",
            ),
            Text(
                "Remettez ces réglages à on dans postgresql.conf, puis lancez systemctl reload postgresql.",
                "Turn these settings back on in postgresql.conf, then run systemctl reload postgresql.",
            ),
        ),
        (
            "database-fault",
            _BAD,
            Text(
                "pas accessible en écriture : les passages attendent dans la file",
                "not writable: taps are waiting in the spool",
            ),
            _MEND_DISK,
        ),
        (
            "server-fault",
            _BAD,
            Text(
                "le serveur n’est pas accessible en écriture : les passages attendent dans la file",
                "the server accepts no writes: taps are waiting in the spool",
            ),
            Text(
                "Le journal de l’entrée dit pourquoi, avec les mots du serveur : docs/postgresql.md.",
                "The entrance’s log says why, in the server’s own words: docs/postgresql.md.",
            ),
        ),
        (
            "server-right",
            _BAD,
            Text(
                "un droit manque sur le serveur ; passages en attente, dont aucun n’est mis de côté : {waiting}",
                "the entrance lacks a right on the server; taps waiting, none of them set aside: {waiting}",
            ),
            Text(
                "Lancez sudo kiosk roles, puis sudo systemctl restart kiosk-entrance ; le journal de l’entrée dit"
                " quel droit manque.",
                "Run sudo kiosk roles, then sudo systemctl restart kiosk-entrance; the entrance’s log says which"
                " right is missing.",
            ),
        ),
        (
            "database-memory",
            _BAD,
            Text(
                "pas accessible en écriture : les passages ne sont gardés qu’en mémoire",
                "not writable: taps are kept in memory only",
            ),
            _MEND_DISK,
        ),
        (
            "database-nowhere",
            _BAD,
            Text("pas accessible en écriture : rien n’est gardé", "not writable: nothing is stored"),
            _MEND_DISK,
        ),
        ("database-damaged", _BAD, Text("abîmée : {fault}", "damaged: {fault}"), _BOOKS_ILL),
        (
            "log-saved",
            _BAD,
            Text(
                "le journal de la base a été ôté en service ; ce qu’il contenait est dans {file}",
                "the database’s log was removed while in use; its content is in {file}",
            ),
            Text(
                "Comparez ce fichier avec les passages du jour : docs/faults.md ; puis rangez-le ailleurs.",
                "Compare this file with the day’s taps: docs/faults.md; then move it elsewhere.",
            ),
        ),
        (
            "log-large",
            _WARN,
            Text(
                "le journal de la base grossit sans être versé dans la base : {megabytes}\u00a0Mo",
                "the database’s log keeps growing and is not written into the database: {megabytes}\u00a0MB",
            ),
            Text(
                "Attendez la fin des exports et des copies ; si le journal grossit encore, relancez le bureau et"
                " l’entrée.",
                "Wait for exports and backups to finish; if the log still grows, restart the desk and the entrance.",
            ),
        ),
        (
            "wrong-value",
            _BAD,
            Text(
                "valeur impossible : table {table}, ligne {row}, colonne {column}",
                "impossible value: table {table}, row {row}, column {column}",
            ),
            Text(
                "Lancez kiosk restore, qui restaure la base depuis sa sauvegarde ; en attendant, la porte"
                " s’ouvre d’après la liste de secours.",
                "Run kiosk restore to restore the database from its backup; until then, the door opens by the roster.",
            ),
        ),
        (
            "last-rules",
            _BAD,
            Text(
                "les règles sont illisibles : les dernières valables s’appliquent",
                "the rules cannot be read: the last valid ones apply",
            ),
            Text(
                "Corrigez au bureau la règle ou le tarif que le message nomme, ou lancez kiosk restore.",
                "At the desk, correct the rule or tariff that the message names, or run kiosk restore.",
            ),
        ),
        (
            "database-schema",
            _BAD,
            Text(
                "la base n’est pas celle de cette version : {fault}",
                "the database does not match this release: {fault}",
            ),
            Text(
                "Lancez kiosk migrate ; si rien ne change, un garde-fou de la base a été ôté à la main : gardez"
                " la base, puis lancez kiosk restore.",
                "Run kiosk migrate; if nothing changes, a database guard was removed by hand: keep the database,"
                " then run kiosk restore.",
            ),
        ),
    ),
    ("chain", Text("Comptes", "Ledger")): (
        (
            "chain",
            _OK,
            Plural(
                Text("{entries} écriture, vérifiée", "{entries} entry, end of chain verified"),
                Text("{entries} écritures, les dernières sont vérifiées", "{entries} entries, end of chain verified"),
            ),
        ),
        (
            "chain-whole",
            _OK,
            Plural(
                Text("{entries} écriture, vérifiée avec les soldes", "{entries} entry, chain and balances verified"),
                Text(
                    "{entries} écritures, toutes vérifiées avec les soldes",
                    "{entries} entries, chain and balances verified",
                ),
            ),
        ),
        (
            "chain-broken",
            _BAD,
            Text("la vérification des comptes a échoué : {fault}", "the ledger failed verification: {fault}"),
            _BOOKS_ILL,
        ),
        (
            "chain-key-other",
            _BAD,
            Text(
                "la clé {path} n’est pas celle qui scelle ces comptes",
                "the key {path} is not the one that seals this ledger",
            ),
            Text(
                "Restaurez ce fichier depuis la copie des clés : les écritures elles-mêmes sont là (docs/faults.md).",
                "Restore this file from the backup of the keys: the entries themselves are still there"
                " (docs/faults.md).",
            ),
        ),
        ("chain-checked", _OK, Text("vérifiés il y a {age}", "verified {age} ago")),
        (
            "chain-failed",
            _BAD,
            Text("la dernière vérification a échoué il y a {age}", "the last verification failed {age} ago"),
            _BOOKS_ILL,
        ),
        (
            "chain-overdue",
            _WARN,
            Text("pas vérifiés depuis {age}", "not verified for {age}"),
            Text(
                "Lancez sudo kiosk check --whole ; regardez ensuite systemctl status kiosk-check.timer.",
                "Run sudo kiosk check --whole; then check systemctl status kiosk-check.timer.",
            ),
        ),
    ),
    ("spool", Text("File d’attente", "Spool")): (
        (
            "spool",
            _OK,
            Plural(
                Text("{waiting} passage attend", "{waiting} tap waiting"),
                Text("{waiting} passages attendent", "{waiting} taps waiting"),
            ),
        ),
        ("spool-there", _OK, Text("dossier présent", "folder present")),
        (
            "spool-missing",
            _BAD,
            Text("{folder} manque", "{folder} is missing"),
            Text(
                "Branchez le disque de la file d’attente, ou changez spool.path dans kiosk.toml.",
                "Plug the spool’s disk in, or change spool.path in kiosk.toml.",
            ),
        ),
        (
            "spool-read-only",
            _BAD,
            Text("le disque de la file d’attente est en lecture seule", "the spool’s disk is read-only"),
            _MEND_DISK,
        ),
        (
            "spool-memory",
            _BAD,
            Plural(
                Text("{waiting} passage attend, en mémoire seulement", "{waiting} tap waiting, in memory only"),
                Text("{waiting} passages attendent, en mémoire seulement", "{waiting} taps waiting, in memory only"),
            ),
            _MEND_DISK,
        ),
        (
            "spool-same-disk",
            _WARN,
            Text("sur le même disque que les comptes", "on the same disk as the ledger"),
            Text(
                "Branchez une clé USB et donnez son dossier à spool.path : docs/faults.md.",
                "Plug in a USB stick, and set spool.path to its folder: docs/faults.md.",
            ),
        ),
    ),
    ("records", Text("Écritures déjà vues", "Entries seen before")): (
        (
            "records",
            _OK,
            Text("aucune écriture déjà vue ne manque aux comptes", "no entry already seen is missing from the records"),
        ),
        (
            "records-behind",
            _BAD,
            Text(
                "l’écriture {entry}, déjà vue, manque aux comptes : rien n’est enregistré",
                "entry {entry}, seen earlier, is missing from the records: nothing is being recorded",
            ),
            Text(
                "Lancez kiosk reconcile, ou ouvrez « Codes de contrôle » au bureau : docs/faults.md.",
                "Run kiosk reconcile, or open “Control codes” at the desk: docs/faults.md.",
            ),
        ),
        (
            "claim-unproven",
            _WARN,
            Text(
                "la porte {door} attend : elle dit avoir vu l’écriture {entry}, sans preuve",
                "door {door} is waiting: it reports having seen entry {entry}, but gives no proof",
            ),
            Text(
                "Lancez kiosk reconcile --set-aside {claim}, ou ouvrez « Codes de contrôle » au bureau.",
                "Run kiosk reconcile --set-aside {claim}, or open “Control codes” at the desk.",
            ),
        ),
    ),
    ("door-days", Text("Ce que la porte a fait", "What the door did")): (
        (
            "door-days",
            _OK,
            Text("toutes les journées de la porte sont dans les comptes", "all the door’s days are in the ledger"),
        ),
        (
            "door-days-lacking",
            _BAD,
            Plural(
                Text(
                    "{count} journée pour laquelle la porte s’est ouverte manque aux comptes",
                    "{count} day for which the door opened is missing from the ledger",
                ),
                Text(
                    "{count} journées pour lesquelles la porte s’est ouverte manquent aux comptes",
                    "{count} days for which the door opened are missing from the ledger",
                ),
            ),
            Text(
                "L’entrée reprend ces journées à son démarrage et chaque nuit : docs/faults.md.",
                "The entrance records these days again at startup and every night: docs/faults.md.",
            ),
        ),
        (
            "door-days-entered",
            _WARN,
            Plural(
                Text(
                    "{count} journée manquait aux comptes ce mois-ci, et y a été reprise",
                    "{count} day was missing from the ledger this month, and was recorded again",
                ),
                Text(
                    "{count} journées manquaient aux comptes ce mois-ci, et y ont été reprises",
                    "{count} days were missing from the ledger this month, and were recorded again",
                ),
            ),
            Text(
                "La base a été remplacée ou ramenée en arrière : docs/faults.md dit quoi vérifier d’autre.",
                "The database was replaced or rolled back: docs/faults.md says what else to check.",
            ),
        ),
        (
            "door-journal-damaged",
            _WARN,
            Text("le journal de la porte a été altéré", "the door’s journal has been altered"),
            Text(
                "Vérifiez le disque de la file d’attente ; gardez son dossier « door » : docs/faults.md.",
                "Check the spool’s disk, and do not delete the spool’s “door” folder: see docs/faults.md.",
            ),
        ),
        (
            "door-journal-gone",
            _BAD,
            Text("une partie du journal de la porte manque", "part of the door’s journal is missing"),
            Text(
                "Retrouvez le fichier qui manque dans le dossier « door » et la personne qui l’a pris ;"
                " vérifiez à la main les jours concernés : docs/faults.md.",
                "Find the file that is missing from the folder “door” and the person who took it; check"
                " the affected days by hand: docs/faults.md.",
            ),
        ),
        (
            "door-journal-silent",
            _WARN,
            Text(
                "le journal de la porte ne peut pas être écrit pour l’instant",
                "the door’s journal cannot be written at the moment",
            ),
            Text(
                "Libérez ou remplacez le disque de la file d’attente : docs/faults.md.",
                "Free up or replace the spool’s disk: docs/faults.md.",
            ),
        ),
    ),
    ("set-aside", Text("Passages à saisir à la main", "Taps to enter by hand")): (
        (
            "set-aside",
            _BAD,
            Plural(
                Text("{count} passage n’a pas pu être compté", "{count} tap could not be recorded"),
                Text("{count} passages n’ont pas pu être comptés", "{count} taps could not be recorded"),
            ),
            Text(
                "Traitez chaque ligne de {file}, puis rangez ce fichier ailleurs.",
                "Deal with each line of {file}, then move the file elsewhere.",
            ),
        ),
    ),
}
