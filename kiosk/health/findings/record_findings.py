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
    "N’écrivez plus rien ; prévenez les personnes qui tiennent les comptes : docs/faults.md.",
    "Stop recording; call the bookkeepers: docs/faults.md.",
)

ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("database", Text("Base", "Database")): (
        ("database", _OK, Text("s’écrit", "writable")),
        (
            "database-read",
            _OK,
            Text(
                "se lit, {megabytes}\u00a0Mo et {log}\u00a0Mo de journal",
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
                "Remettez ces réglages à on dans postgresql.conf, puis : systemctl reload postgresql.",
                "Set these back to on in postgresql.conf, then: systemctl reload postgresql.",
            ),
        ),
        (
            "database-fault",
            _BAD,
            Text("ne s’écrit pas : les passages attendent dans la file", "not writable: taps are waiting in the spool"),
            _MEND_DISK,
        ),
        (
            "server-fault",
            _BAD,
            Text(
                "le serveur n’inscrit rien : les passages attendent dans la file",
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
                "the entrance lacks a right on the server; taps waiting, none set aside: {waiting}",
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
                "not writable: taps are held in memory only",
            ),
            _MEND_DISK,
        ),
        (
            "database-nowhere",
            _BAD,
            Text("ne s’écrit pas, et rien n’est gardé", "not writable: nothing is stored"),
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
                "Comparez avec les passages du jour : docs/faults.md ; puis rangez ce fichier ailleurs.",
                "Compare it with the day’s taps: docs/faults.md; then move that file elsewhere.",
            ),
        ),
        (
            "log-large",
            _WARN,
            Text(
                "son journal grossit sans être versé dans la base : {megabytes}\u00a0Mo",
                "its log keeps growing and is not written into the database: {megabytes}\u00a0MB",
            ),
            Text(
                "Attendez la fin des exports et des copies ; s’il grossit encore, relancez le bureau et l’entrée.",
                "Wait for exports and backups to finish; if it still grows, restart the desk and the entrance.",
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
                "Restore the database from its backup: kiosk restore; the door uses the roster meanwhile.",
            ),
        ),
        (
            "last-rules",
            _BAD,
            Text(
                "les règles sont illisibles : les dernières valables s’appliquent",
                "the rules cannot be read: the last working ones apply",
            ),
            Text(
                "Corrigez la règle ou le tarif nommé, au bureau, ou kiosk restore.",
                "Correct the rule or price named, at the desk, or kiosk restore.",
            ),
        ),
        (
            "database-schema",
            _BAD,
            Text("la base n’est pas celle de cette version : {fault}", "the database is not this release’s: {fault}"),
            Text(
                "kiosk migrate ; si cela reste, une garde fut ôtée à la main : gardez la base, puis kiosk restore.",
                "kiosk migrate; if it stays, a guard was removed by hand: keep the database, then kiosk restore.",
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
            Text("les comptes ne se vérifient pas : {fault}", "the ledger does not verify: {fault}"),
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
                "Remettez ce fichier de la copie des clés : les écritures elles-mêmes sont là. docs/faults.md.",
                "Restore this file from the backup of the keys: the entries themselves are there. docs/faults.md.",
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
                Text("{waiting} passage attend", "{waiting} tap waiting"),
                Text("{waiting} passages attendent", "{waiting} taps waiting"),
            ),
        ),
        ("spool-there", _OK, Text("son dossier est là", "its folder is present")),
        (
            "spool-missing",
            _BAD,
            Text("{folder} n’est pas là", "{folder} is missing"),
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
    ("records", Text("Ce qui a été vu", "What was seen")): (
        ("records", _OK, Text("les comptes ont tout ce qui a été vu d’eux", "the records have all that was seen")),
        (
            "records-behind",
            _BAD,
            Text(
                "les comptes n’ont pas l’écriture {entry}, qui a été vue : rien ne s’inscrit",
                "entry {entry} was seen and is missing from the records: nothing is recorded",
            ),
            Text(
                "kiosk reconcile, ou « Codes de contrôle » au bureau : docs/faults.md.",
                "kiosk reconcile, or “Control codes” at the desk: docs/faults.md.",
            ),
        ),
        (
            "claim-unproven",
            _WARN,
            Text(
                "la porte {door} attend : rien ne prouve l’écriture {entry} qu’elle dit avoir vue",
                "door {door} is waiting: nothing proves entry {entry}, which it claims",
            ),
            Text(
                "kiosk reconcile --set-aside {claim}, ou « Codes de contrôle » au bureau.",
                "kiosk reconcile --set-aside {claim}, or “Control codes” at the desk.",
            ),
        ),
    ),
    ("door-days", Text("Ce que la porte a fait", "What the door did")): (
        ("door-days", _OK, Text("les comptes en ont chaque journée", "all its days are in the ledger")),
        (
            "door-days-lacking",
            _BAD,
            Plural(
                Text(
                    "{count} journée pour laquelle la porte s’est ouverte manque aux comptes",
                    "{count} day the door opened for is missing from the ledger",
                ),
                Text(
                    "{count} journées pour lesquelles la porte s’est ouverte manquent aux comptes",
                    "{count} days the door opened for are missing from the ledger",
                ),
            ),
            Text(
                "L’entrée les reprend à son démarrage et chaque nuit : docs/faults.md.",
                "The entrance records them again at startup and each night: docs/faults.md.",
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
                "La base a été remplacée ou ramenée en arrière : docs/faults.md dit quoi regarder d’autre.",
                "The database was replaced or rolled back: docs/faults.md says what else to check.",
            ),
        ),
        (
            "door-journal-damaged",
            _WARN,
            Text("son journal n’est plus tel qu’il fut écrit", "its journal has been altered"),
            Text(
                "Vérifiez le disque de la file d’attente ; gardez le dossier door : docs/faults.md.",
                "Check the spool’s disk, and keep its folder “door”: docs/faults.md.",
            ),
        ),
        (
            "door-journal-gone",
            _BAD,
            Text("de son journal, quelque chose a disparu", "part of its journal is missing"),
            Text(
                "Retrouvez le fichier du dossier door et qui l’a pris ; comparez ces jours à la main : docs/faults.md.",
                "Find the missing file of the folder “door”, and who took it; compare those days by hand:"
                " docs/faults.md.",
            ),
        ),
        (
            "door-journal-silent",
            _WARN,
            Text("son journal ne s’écrit pas pour l’instant", "its journal cannot be written at the moment"),
            Text(
                "Libérez ou remplacez le disque de la file d’attente : docs/faults.md.",
                "Free up or replace the spool’s disk: docs/faults.md.",
            ),
        ),
    ),
    ("set-aside", Text("Passages à saisir à la main", "Taps set aside")): (
        (
            "set-aside",
            _BAD,
            Plural(
                Text("{count} passage n’a pas pu être compté", "{count} tap could not be recorded"),
                Text("{count} passages n’ont pas pu être comptés", "{count} taps could not be recorded"),
            ),
            Text(
                "Réglez chaque ligne de {file}, puis rangez-le ailleurs.",
                "Deal with each line of {file}, then move the file elsewhere.",
            ),
        ),
    ),
}
