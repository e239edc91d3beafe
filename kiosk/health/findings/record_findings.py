"""Lists what a check can find of the records: database, chain, waiting taps, what the door did, in words."""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Plural, Text

_OK, _WARN, _BAD = Level.OK, Level.WARN, Level.BAD

_MEND_DISK: Text = Text(
    "Libérez ou remplacez le disque, sans couper le courant : docs/faults.md.",
    "Free or replace the disk, and keep the power on: docs/faults.md.",
)
_BOOKS_ILL: Text = Text(
    "N’écrivez plus rien ; prévenez les personnes qui tiennent les comptes : docs/faults.md.",
    "Write nothing more; call whoever keeps the books: docs/faults.md.",
)

ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("database", Text("Base", "Database")): (
        ("database", _OK, Text("s’écrit", "is written")),
        (
            "database-read",
            _OK,
            Text(
                "se lit, {megabytes}\u00a0Mo et {log}\u00a0Mo de journal",
                "can be read, {megabytes}\u00a0MB and {log}\u00a0MB of log",
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
                "this server may lose what it said it kept: {settings}",
            ),
            Text(
                "Remettez ces réglages à on dans postgresql.conf, puis : systemctl reload postgresql.",
                "Set these to on again in postgresql.conf, then: systemctl reload postgresql.",
            ),
        ),
        (
            "database-fault",
            _BAD,
            Text("ne s’écrit pas : les passages attendent dans la file", "cannot be written: taps wait in the spool"),
            _MEND_DISK,
        ),
        (
            "server-fault",
            _BAD,
            Text(
                "le serveur n’inscrit rien : les passages attendent dans la file",
                "the server enters nothing: taps wait in the spool",
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
                "the entrance lacks a right on the server; taps that wait, of which none is set aside: {waiting}",
            ),
            Text(
                "sudo kiosk roles, puis sudo systemctl restart kiosk-entrance ; son journal dit lequel.",
                "sudo kiosk roles, then sudo systemctl restart kiosk-entrance; its log says which.",
            ),
        ),
        (
            "database-memory",
            _BAD,
            Text(
                "ne s’écrit pas, et les passages ne sont gardés qu’en mémoire",
                "cannot be written, and taps are kept in memory only",
            ),
            _MEND_DISK,
        ),
        (
            "database-nowhere",
            _BAD,
            Text("ne s’écrit pas, et rien n’est gardé", "cannot be written, and nothing is kept"),
            _MEND_DISK,
        ),
        ("database-damaged", _BAD, Text("abîmée : {fault}", "damaged: {fault}"), _BOOKS_ILL),
        (
            "log-saved",
            _BAD,
            Text(
                "le journal de la base a été ôté en service ; ce qu’il contenait est dans {file}",
                "the database’s log was taken away while in use; what it held is in {file}",
            ),
            Text(
                "Comparez avec les passages du jour : docs/faults.md ; puis rangez ce fichier ailleurs.",
                "Compare it with the day’s taps: docs/faults.md; then move that file elsewhere.",
            ),
        ),
        (
            "log-large",
            _WARN,
            Text(
                "son journal grossit sans être versé dans la base : {megabytes}\u00a0Mo",
                "its log grows and is not written into the database: {megabytes}\u00a0MB",
            ),
            Text(
                "Attendez la fin des exports et des copies ; s’il grossit encore, relancez le bureau et l’entrée.",
                "Wait until exports and copies are done; if it still grows, restart the desk and the entrance.",
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
                "Remettez la base de sa copie : kiosk restore ; la porte s’ouvre par la liste de secours.",
                "Bring the database back from its copy: kiosk restore; the door goes by the roster.",
            ),
        ),
        (
            "last-rules",
            _BAD,
            Text(
                "les règles ne se lisent pas : les dernières qui marchaient valent",
                "the rules cannot be read: the last that worked hold",
            ),
            Text(
                "Corrigez la règle ou le tarif nommé, au bureau, ou kiosk restore.",
                "Put the rule or price that is named right, at the desk, or kiosk restore.",
            ),
        ),
        (
            "database-schema",
            _BAD,
            Text("{fault}", "{fault}"),
            Text(
                "Remettez la version du logiciel qui va avec, ou : kiosk migrate.",
                "Bring back the release that goes with it, or: kiosk migrate.",
            ),
        ),
    ),
    ("chain", Text("Comptes", "Ledger")): (
        (
            "chain",
            _OK,
            Plural(
                Text("{entries} écriture, vérifiée", "{entries} entry, the chain’s end holds"),
                Text("{entries} écritures, les dernières sont vérifiées", "{entries} entries, the chain’s end holds"),
            ),
        ),
        (
            "chain-whole",
            _OK,
            Plural(
                Text("{entries} écriture, vérifiée avec les soldes", "{entries} entry, chain and balances agree"),
                Text(
                    "{entries} écritures, toutes vérifiées avec les soldes",
                    "{entries} entries, chain and balances agree",
                ),
            ),
        ),
        ("chain-broken", _BAD, Text("{fault}", "{fault}"), _BOOKS_ILL),
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
            Text("plus vérifiés depuis {age}", "not verified for {age}"),
            Text(
                "sudo kiosk check --whole ; puis systemctl status kiosk-check.timer.",
                "sudo kiosk check --whole; then systemctl status kiosk-check.timer.",
            ),
        ),
    ),
    ("spool", Text("File d’attente", "Spool")): (
        (
            "spool",
            _OK,
            Plural(
                Text("{waiting} passage attend", "{waiting} tap waits"),
                Text("{waiting} passages attendent", "{waiting} taps wait"),
            ),
        ),
        ("spool-there", _OK, Text("son dossier est là", "its folder is there")),
        (
            "spool-missing",
            _BAD,
            Text("{folder} n’est pas là", "{folder} is not there"),
            Text(
                "Branchez son disque, ou changez spool.path dans kiosk.toml.",
                "Plug its disk in, or change spool.path in kiosk.toml.",
            ),
        ),
        ("spool-read-only", _BAD, Text("son disque est en lecture seule", "its disk is read-only"), _MEND_DISK),
        (
            "spool-memory",
            _BAD,
            Plural(
                Text("{waiting} passage attend, en mémoire seulement", "{waiting} tap waits, in memory only"),
                Text("{waiting} passages attendent, en mémoire seulement", "{waiting} taps wait, in memory only"),
            ),
            _MEND_DISK,
        ),
        (
            "spool-same-disk",
            _WARN,
            Text("sur le même disque que les comptes", "on the same disk as the ledger"),
            Text(
                "Branchez une clé USB et donnez son dossier à spool.path : docs/faults.md.",
                "Plug a USB stick in, and give its folder to spool.path: docs/faults.md.",
            ),
        ),
    ),
    ("door-days", Text("Ce que la porte a fait", "What the door did")): (
        ("door-days", _OK, Text("les comptes en ont chaque journée", "the ledger has each of its days")),
        (
            "door-days-lacking",
            _BAD,
            Plural(
                Text(
                    "{count} journée pour laquelle la porte s’est ouverte manque aux comptes",
                    "{count} day for which the door opened is not in the ledger",
                ),
                Text(
                    "{count} journées pour lesquelles la porte s’est ouverte manquent aux comptes",
                    "{count} days for which the door opened are not in the ledger",
                ),
            ),
            Text(
                "L’entrée les reprend à son démarrage et chaque nuit : docs/faults.md.",
                "The entrance enters them again at its start and each night: docs/faults.md.",
            ),
        ),
        (
            "door-days-entered",
            _WARN,
            Plural(
                Text(
                    "{count} journée manquait aux comptes ce mois-ci, et y a été reprise",
                    "{count} day was missing from the ledger this month, and was entered again",
                ),
                Text(
                    "{count} journées manquaient aux comptes ce mois-ci, et y ont été reprises",
                    "{count} days were missing from the ledger this month, and were entered again",
                ),
            ),
            Text(
                "La base a été remplacée ou ramenée en arrière : docs/faults.md dit quoi regarder d’autre.",
                "The database was exchanged or put back in time: docs/faults.md says what else to look at.",
            ),
        ),
        (
            "door-journal-damaged",
            _WARN,
            Text("son journal n’est plus tel qu’il fut écrit", "its journal is not what was written"),
            Text(
                "Vérifiez le disque de la file d’attente ; gardez le dossier door : docs/faults.md.",
                "Look at the spool’s disk, and keep its folder door: docs/faults.md.",
            ),
        ),
        (
            "door-journal-gone",
            _BAD,
            Text("de son journal, quelque chose a disparu", "something of its journal is gone"),
            Text(
                "Retrouvez le fichier du dossier door et qui l’a pris ; comparez ces jours à la main : docs/faults.md.",
                "Find the file of the folder door, and who took it; compare those days by hand: docs/faults.md.",
            ),
        ),
        (
            "door-journal-silent",
            _WARN,
            Text("son journal ne s’écrit pas pour l’instant", "its journal cannot be written for now"),
            Text(
                "Libérez ou remplacez le disque de la file d’attente : docs/faults.md.",
                "Free or replace the spool’s disk: docs/faults.md.",
            ),
        ),
    ),
    ("set-aside", Text("Passages à saisir à la main", "Taps set aside")): (
        (
            "set-aside",
            _BAD,
            Plural(
                Text("{count} passage n’a pas pu être compté", "{count} tap could not be entered"),
                Text("{count} passages n’ont pas pu être comptés", "{count} taps could not be entered"),
            ),
            Text(
                "Réglez chaque ligne de {file}, puis rangez-le ailleurs.",
                "See to each line of {file}, then move it elsewhere.",
            ),
        ),
    ),
}
