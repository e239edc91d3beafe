"""Lists the findings about fallbacks, in words: what would fail on the day when it is needed, and keys or a simulated
door that keep badges from opening already.
"""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Plural, Text

_OK, _WARN, _BAD = Level.OK, Level.WARN, Level.BAD

_ADOPT: Text = Text(
    "Rebranchez la clé USB de la file d’attente ; si la clé est nouvelle, lancez sudo kiosk spool adopt.",
    "Plug the spool’s USB stick back in; if the stick is new, run sudo kiosk spool adopt.",
)
_RESTART: Text = Text(
    "Corrigez le défaut que le message nomme, puis lancez sudo systemctl restart kiosk-entrance.",
    "Fix the fault that the message names, then run sudo systemctl restart kiosk-entrance.",
)
_LOOK: Text = Text(
    "Vérifiez les droits du fichier (ls -l), la place libre (df -h) et le disque : docs/faults.md.",
    "Check the file’s permissions (ls -l), the free space (df -h) and the disk: docs/faults.md.",
)

OF_ENTRANCE: tuple[Row, ...] = (
    (
        "spool-strange",
        _WARN,
        Text(
            "depuis {age}, {folder} n’est pas la file d’attente de cet espace : les passages sont"
            " gardés dans l’espace même",
            "{folder} has not been this home’s spool for {age}: taps are kept in the home itself",
        ),
        _ADOPT,
    ),
    (
        "spool-probe",
        _WARN,
        Text(
            "aucun passage d’essai n’a pu être enregistré dans {folder} depuis {age} : {fault}",
            "test taps could not be stored in {folder} for the last {age}: {fault}",
        ),
        _LOOK,
    ),
    (
        "spool-reserve",
        _WARN,
        Text(
            "depuis {age}, {folder} n’a plus de place réservée en cas de disque plein",
            "for {age}, {folder} has had no space in reserve in case the disk fills up",
        ),
        _LOOK,
    ),
    (
        "spool-unread",
        _WARN,
        Text(
            "{file} est illisible depuis {age} : ses passages attendent d’être comptés",
            "{file} has been unreadable for {age}: its taps are waiting to be recorded",
        ),
        _LOOK,
    ),
    (
        "lines-held",
        _WARN,
        Plural(
            Text(
                "{count} passage attend depuis {age} : il ne peut pas être compté",
                "{count} tap has been waiting for {age}: it cannot be recorded",
            ),
            Text(
                "{count} passages attendent depuis {age} : ils ne peuvent pas être comptés",
                "{count} taps have been waiting for {age}: they cannot be recorded",
            ),
        ),
        Text(
            "journalctl -u kiosk-entrance dit pourquoi ; dès qu’un autre passage est compté, celui-ci est mis de"
            " côté pour la trésorerie.",
            "journalctl -u kiosk-entrance says why; as soon as another tap is recorded, this one is set aside"
            " for the treasurer.",
        ),
    ),
    (
        "list-blocked",
        _WARN,
        Text(
            "{file} ne peut plus être écrit depuis {age} : une nouvelle liste a été commencée à côté",
            "{file} has not been writable for {age}: a new list was started next to it",
        ),
        Text(
            "Déplacez ailleurs le fichier ou le dossier qui occupe cet emplacement.",
            "Move the file or folder at that location elsewhere.",
        ),
    ),
    (
        "roster-unwritten",
        _WARN,
        Text(
            "la liste de secours de {folder} n’est plus à jour depuis {age} : ce fichier ne peut pas être écrit",
            "the roster in {folder} has not been updated for {age}: the file cannot be written",
        ),
        _LOOK,
    ),
    (
        "stopped-unwritten",
        _WARN,
        Text(
            "la liste des badges désactivés n’est plus à jour depuis {age} : {file} ne peut pas être écrit",
            "the list of switched-off badges has not been updated for {age}: {file} cannot be written",
        ),
        _LOOK,
    ),
    (
        "key-damaged",
        _WARN,
        Text(
            "la clé keys/{key} manque ou est abîmée depuis {age}",
            "the key keys/{key} has been missing or damaged for {age}",
        ),
        Text(
            "Si c’est la clé « spool » ou « codes », lancez sudo kiosk mend. Si c’est « badge » ou « chain »,"
            " remettez la copie des clés : docs/faults.md.",
            "If it is the key “spool” or “codes”, run sudo kiosk mend. If it is “badge” or “chain”, restore the"
            " backup of the keys: docs/faults.md.",
        ),
    ),
    (
        "key-other",
        _WARN,
        Text(
            "depuis {age}, la clé keys/{key} sur le disque diffère de la clé en service",
            "the key keys/{key} on disk has differed from the one in use for {age}",
        ),
        _RESTART,
    ),
    (
        "key-made",
        _WARN,
        Text(
            "la clé keys/{key} a été remplacée (constaté il y a {age}) ; ce que l’ancienne clé scellait n’est"
            " plus accepté",
            "the key keys/{key} was replaced (noticed {age} ago); data sealed by the old key is no longer accepted",
        ),
        Text(
            "Si vous savez pourquoi la clé a été remplacée, il n’y a rien à faire. L’ancienne clé est dans le"
            " même dossier, sous .*-damaged-*. Ce message s’efface après 30 jours.",
            "If you know why the key was replaced, there is nothing to do. The old key is in the same"
            " folder, as .*-damaged-*. This message disappears after 30 days.",
        ),
    ),
)
"""Findings that the entrance reports about its own fallbacks."""

# By topic (its code and name) the findings: code, level, sentence, remedy.
ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("fallbacks", Text("Secours", "Fallbacks")): OF_ENTRANCE,
    ("rehearsal", Text("Essai des secours", "Fallback test")): (
        ("roster", _OK, Text("la liste de secours est conforme aux comptes", "the roster matches the records")),
        (
            "roster-missing",
            _WARN,
            Text(
                "la liste de secours manque ou n’est pas lisible : sans la base, la porte ne démarre pas",
                "the roster is missing or unreadable: without the database the door does not start",
            ),
            Text(
                "Lancez sudo systemctl restart kiosk-entrance : l’entrée refait alors la liste.",
                "Run sudo systemctl restart kiosk-entrance: the entrance then rebuilds the roster.",
            ),
        ),
        (
            "badge-key-other",
            _BAD,
            Text(
                "la clé {path} n’est pas celle des badges de cet espace : aucun badge n’est reconnu",
                "the key {path} does not match this home’s badges: no badge is recognised",
            ),
            Text(
                "Restaurez ce fichier depuis la copie des clés, puis relancez l’entrée : docs/faults.md.",
                "Restore this file from the backup of the keys, then restart the entrance: docs/faults.md.",
            ),
        ),
        (
            "roster-old",
            _WARN,
            Text("la liste de secours date d’il y a {age}", "the roster is {age} old"),
            Text(
                "Lancez sudo systemctl restart kiosk-entrance : l’entrée refait alors la liste.",
                "Run sudo systemctl restart kiosk-entrance: the entrance then rebuilds the roster.",
            ),
        ),
        (
            "roster-wrong",
            _WARN,
            Plural(
                Text(
                    "la liste de secours contredit les comptes pour {count} badge",
                    "the roster and the records disagree about {count} badge",
                ),
                Text(
                    "la liste de secours contredit les comptes pour {count} badges",
                    "the roster and the records disagree about {count} badges",
                ),
            ),
            Text(
                "Lancez sudo systemctl restart kiosk-entrance : l’entrée refait alors la liste.",
                "Run sudo systemctl restart kiosk-entrance: the entrance then rebuilds the roster.",
            ),
        ),
        ("copies", _OK, Text("la dernière copie s’ouvre", "the latest backup can be opened")),
        (
            "copies-gone",
            _WARN,
            Text(
                "aucune copie dans {folder}, bien que des copies aient été faites",
                "no backup in {folder}, although backups were made",
            ),
            Text("Lancez sudo kiosk backup.", "Run sudo kiosk backup."),
        ),
        (
            "copies-unreadable",
            _WARN,
            Text("la copie {file} ne s’ouvre pas : {fault}", "the backup {file} cannot be opened: {fault}"),
            Text(
                "Lancez deux fois sudo kiosk backup, puis sudo kiosk drill.",
                "Run sudo kiosk backup twice, then sudo kiosk drill.",
            ),
        ),
    ),
    ("proof-keys", Text("Clés des badges", "Badge keys")): (
        (
            "proof-keys",
            _BAD,
            Plural(
                Text(
                    "{count} badge à preuve est refusé : sa clé manque dans {file}, ou ce fichier est abîmé",
                    "{count} badge with proof is refused: its key is missing from {file}, or that file is damaged",
                ),
                Text(
                    "{count} badges à preuve sont refusés : leur clé manque dans {file}, ou ce fichier est abîmé",
                    "{count} badges with proof are refused: their key is missing from {file}, or that file is damaged",
                ),
            ),
            Text(
                "Copiez ce fichier depuis une autre porte ou depuis la copie des clés : lancez sudo install -o"
                " kiosk-entrance -m 600 COPIE {file}",
                "Copy this file from another door or from the backup of the keys: run sudo install -o"
                " kiosk-entrance -m 600 COPY {file}",
            ),
        ),
        (
            "site-keys-closed",
            _WARN,
            Plural(
                Text(
                    "{count} clé de badges, dans la base, ne s’ouvre plus avec {file} : une nouvelle porte ne"
                    " la recevrait pas",
                    "{count} badge key in the database cannot be opened with {file}: a new door would not get it",
                ),
                Text(
                    "{count} clés de badges, dans la base, ne s’ouvrent plus avec {file} : une nouvelle porte"
                    " ne les recevrait pas",
                    "{count} badge keys in the database cannot be opened with {file}: a new door would not get them",
                ),
            ),
            Text(
                "Avec une seule machine, lancez sudo kiosk badges site-key --put. Avec plusieurs, copiez"
                " ce fichier depuis une porte où kiosk check ne signale pas ce défaut.",
                "With one machine, run sudo kiosk badges site-key --put. With several, copy this file from a door"
                " where kiosk check does not report this problem.",
            ),
        ),
    ),
    ("chain-key", Text("Clé des écritures", "Ledger key")): (
        (
            "chain-shared",
            _WARN,
            Text(
                "l’entrée peut encore lire la clé du bureau (keys/shared/chain), dont elle n’a plus besoin",
                "the entrance can still read the desk’s key (keys/shared/chain), which it no longer needs",
            ),
            Text(
                "Lancez sudo scripts/install, qui crée le groupe kiosk-office, puis sudo kiosk mend.",
                "Run sudo scripts/install, which creates the group kiosk-office, then sudo kiosk mend.",
            ),
        ),
    ),
}
