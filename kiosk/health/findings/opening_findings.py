"""Lists why a home or its records cannot be opened, in words, each reason with its own remedy."""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Text

_BAD = Level.BAD

_NOT_RESTORED: Text = Text(
    "Démarrez le serveur, ou vérifiez le réseau. Ne restaurez aucune copie : les comptes sont toujours sur le serveur.",
    "Start the server, or check the network. Do not restore a backup: the records are still on the server.",
)
_RESTORED: Text = Text(
    "Lancez kiosk restore, qui restaure la base depuis sa sauvegarde.",
    "Run kiosk restore to restore the database from its backup.",
)
_RIGHTS_BACK: Text = Text(
    "Relancez la commande avec sudo. Si rien ne change, relancez scripts/install, qui rétablit les droits.",
    "Run the command again with sudo. If nothing changes, run scripts/install again to restore the permissions.",
)

# By topic (its code and name) the findings: code, level, sentence, remedy.
ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("opening", Text("Ouverture", "Opening")): (
        (
            "home-missing",
            _BAD,
            Text("ce dossier n’est pas un espace de la borne : {path}", "this folder is not a kiosk home: {path}"),
            Text(
                "Indiquez le bon dossier avec --home, ou lancez kiosk restore, qui restaure l’espace depuis sa"
                " sauvegarde.",
                "Give the right folder with --home, or run kiosk restore to restore the home from its backup.",
            ),
        ),
        (
            "home-closed",
            _BAD,
            Text("l’espace ne peut pas être ouvert : {fault}", "the home cannot be opened: {fault}"),
            Text(
                "Corrigez le défaut que le message nomme : docs/faults.md.",
                "Fix the fault that the message names: docs/faults.md.",
            ),
        ),
        (
            "home-settings",
            _BAD,
            Text("kiosk.toml est illisible : {fault}", "kiosk.toml cannot be read: {fault}"),
            Text(
                "Lancez sudo kiosk config edit, et corrigez la ligne que le message nomme.",
                "Run sudo kiosk config edit, and correct the line that the message names.",
            ),
        ),
        (
            "home-key",
            _BAD,
            Text("une clé manque ou est abîmée : {fault}", "a key is missing or damaged: {fault}"),
            Text(
                "S’il s’agit de « badge » ou de « chain », restaurez keys/ depuis la copie des clés. Puis lancez"
                " sudo kiosk mend.",
                "If it is “badge” or “chain”, restore keys/ from the backup of the keys. Then run sudo kiosk mend.",
            ),
        ),
        (
            "home-key-open",
            _BAD,
            Text("tous les comptes peuvent lire la clé {path}", "every account can read the key {path}"),
            Text("Lancez sudo kiosk mend : la clé reste la même.", "Run sudo kiosk mend: the key stays the same."),
        ),
        (
            "home-key-closed",
            _BAD,
            Text("ce compte ne peut pas lire la clé {path}", "this account cannot read the key {path}"),
            _RIGHTS_BACK,
        ),
        (
            "home-newer",
            _BAD,
            Text("la base vient d’une version plus récente", "the database is from a newer release"),
            Text(
                "Lancez sudo kiosk update, qui met le programme à jour. Ne restaurez aucune copie.",
                "Run sudo kiosk update to update the program. Do not restore a backup.",
            ),
        ),
        (
            "home-older",
            _BAD,
            Text("la base vient d’une version plus ancienne", "the database is from an older release"),
            Text("Lancez sudo kiosk migrate.", "Run sudo kiosk migrate."),
        ),
        ("ledger-missing", _BAD, Text("la base n’est plus là : {path}", "the database is gone: {path}"), _RESTORED),
        (
            "ledger-damaged",
            _BAD,
            Text("la base est vide ou abîmée : {path}", "the database is empty or damaged: {path}"),
            _RESTORED,
        ),
        (
            "ledger-closed",
            _BAD,
            Text(
                "les droits ne suffisent pas pour lire et écrire la base : {path}",
                "permissions do not allow reading and writing the database: {path}",
            ),
            _RIGHTS_BACK,
        ),
        (
            "server-silent",
            _BAD,
            Text("le serveur {server} ne répond pas", "the server {server} does not respond"),
            _NOT_RESTORED,
        ),
        (
            "server-password",
            _BAD,
            Text(
                "le serveur {server} refuse le mot de passe du compte {account}",
                "the server {server} rejects the password of the account {account}",
            ),
            Text(
                "Écrivez le bon mot de passe dans keys/entrance/database et keys/desk/database, ou dans"
                " kiosk.toml avec sudo kiosk config edit.",
                "Write the correct password into keys/entrance/database and keys/desk/database, or into"
                " kiosk.toml with sudo kiosk config edit.",
            ),
        ),
        (
            "server-account",
            _BAD,
            Text(
                "le serveur {server} ne laisse pas entrer le compte {account}",
                "the server {server} does not let the account {account} in",
            ),
            Text(
                "Sur le serveur, créez le compte, ou ajoutez cette machine à pg_hba.conf.",
                "On the server, create the account, or add this machine to pg_hba.conf.",
            ),
        ),
        (
            "server-no-database",
            _BAD,
            Text(
                "la base {database} n’existe pas sur le serveur {server}",
                "there is no database {database} on the server {server}",
            ),
            Text(
                "Lancez sudo kiosk config edit, et vérifiez le nom dans kiosk.toml. Si le nom est juste,"
                " restaurez la copie du serveur.",
                "Run sudo kiosk config edit to check the name in kiosk.toml. If the name is right, restore the"
                " server’s own backup.",
            ),
        ),
        (
            "server-empty",
            _BAD,
            Text(
                "la base {database} du serveur {server} ne contient aucun espace que {account} puisse voir",
                "the database {database} on the server {server} has no home visible to {account}",
            ),
            Text(
                "Vérifiez le nom de la base et du compte. Le propriétaire de la base donne les droits"
                " avec kiosk roles.",
                "Check the names of the database and the account. The database’s owner grants the rights"
                " with kiosk roles.",
            ),
        ),
        (
            "server-rights",
            _BAD,
            Text(
                "des droits manquent au compte {account} sur la base {database}",
                "the account {account} lacks rights on the database {database}",
            ),
            Text(
                "Indiquez le compte qui possède les tables avec sudo kiosk config edit, puis lancez sudo kiosk roles.",
                "Set the account that owns the tables with sudo kiosk config edit, then run sudo kiosk roles.",
            ),
        ),
        (
            "server-owner",
            _BAD,
            Text(
                "la base {database} n’appartient pas au compte {account}",
                "the database {database} does not belong to the account {account}",
            ),
            Text(
                "Lancez sur le serveur ALTER DATABASE {database} OWNER TO {account}; puis, si le schéma existe,"
                " ALTER SCHEMA kiosk OWNER TO {account}; kiosk roles ne peut pas le faire.",
                "Run on the server ALTER DATABASE {database} OWNER TO {account}; then, if the schema exists, ALTER"
                " SCHEMA kiosk OWNER TO {account}; kiosk roles cannot do this.",
            ),
        ),
        (
            "server-crowded",
            _BAD,
            Text("le serveur {server} n’a plus de connexion libre", "the server {server} has no free connection left"),
            Text(
                "Augmentez max_connections sur le serveur : quatre par porte, plus celles du bureau. Puis"
                " redémarrez-le.",
                "Raise max_connections on the server: four for each door, plus the desk’s. Then restart the server.",
            ),
        ),
        (
            "server-starting",
            _BAD,
            Text("le serveur {server} démarre, ou s’arrête", "the server {server} is starting or stopping"),
            Text(
                "Attendez une minute, puis relancez kiosk check. Ne restaurez aucune copie.",
                "Wait a minute, then run kiosk check again. Do not restore a backup.",
            ),
        ),
        (
            "server-reads-only",
            _BAD,
            Text("le serveur {server} est en lecture seule", "the server {server} is read-only"),
            Text(
                "Indiquez le serveur principal dans database.url, ou promouvez ce serveur-ci, une fois"
                " l’autre arrêté pour de bon.",
                "Set database.url to the primary server, or promote this server once the other is stopped for good.",
            ),
        ),
        (
            "server-refuses",
            _BAD,
            Text(
                "le serveur {server} refuse la connexion : {fault}",
                "the server {server} refuses the connection: {fault}",
            ),
            Text(
                "Suivez le message du serveur. Ne restaurez aucune copie : les comptes sont toujours sur le serveur.",
                "Follow the server’s message. Do not restore a backup: the records are still on the server.",
            ),
        ),
    ),
}
