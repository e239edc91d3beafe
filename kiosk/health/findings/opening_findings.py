"""Lists why a home or its records cannot be opened, in words, each with its own remedy."""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Text

_BAD = Level.BAD

_NOT_RESTORED: Text = Text(
    "Démarrez-le, ou regardez le réseau. Ne remettez aucune copie : les comptes y sont toujours.",
    "Start it, or look at the network. Bring no copy back: the records are still there.",
)
_RESTORED: Text = Text("Remettez-la de sa copie : kiosk restore.", "Bring it back from its copy: kiosk restore.")

ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("opening", Text("Ouverture", "Opening")): (
        (
            "home-missing",
            _BAD,
            Text("{fault}", "{fault}"),
            Text(
                "Nommez le bon dossier par --home, ou remettez l’espace de sa copie : kiosk restore.",
                "Name the right folder by --home, or bring the home back from its copy: kiosk restore.",
            ),
        ),
        (
            "home-closed",
            _BAD,
            Text("{fault}", "{fault}"),
            Text("Réparez ce qui est nommé : docs/faults.md.", "Mend what is named: docs/faults.md."),
        ),
        (
            "home-settings",
            _BAD,
            Text("kiosk.toml ne se lit pas : {fault}", "kiosk.toml cannot be read: {fault}"),
            Text("Corrigez la ligne nommée : sudo kiosk config edit.", "Mend the line named: sudo kiosk config edit."),
        ),
        (
            "home-key",
            _BAD,
            Text("une clé manque, ou ne se lit pas : {fault}", "a key is missing, or cannot be read: {fault}"),
            Text(
                "Lancez : sudo kiosk mend. Si badge ou chain manque, remettez keys/ de la copie des clés.",
                "Run: sudo kiosk mend. If badge or chain is missing, put keys/ back from the keys’ copy.",
            ),
        ),
        (
            "home-newer",
            _BAD,
            Text("la base vient d’une version plus récente : {fault}", "the database is of a newer release: {fault}"),
            Text(
                "Mettez le programme à jour : sudo kiosk update. Ne remettez pas de copie.",
                "Update the program: sudo kiosk update. Bring no copy back.",
            ),
        ),
        (
            "home-older",
            _BAD,
            Text("la base vient d’une version plus ancienne : {fault}", "the database is of an older release: {fault}"),
            Text("Lancez : sudo kiosk migrate.", "Run: sudo kiosk migrate."),
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
                "ce compte ne peut pas lire ou écrire la base : {path}",
                "this account may not read or write the database: {path}",
            ),
            Text(
                "Relancez avec sudo. Si rien ne change, rendez les droits : relancez scripts/install.",
                "Try with sudo. If nothing changes, give the rights back: run scripts/install again.",
            ),
        ),
        (
            "server-silent",
            _BAD,
            Text("le serveur {server} ne répond pas", "the server {server} does not answer"),
            _NOT_RESTORED,
        ),
        (
            "server-password",
            _BAD,
            Text(
                "le serveur {server} refuse le mot de passe du compte {account}",
                "the server {server} refuses the password of the account {account}",
            ),
            Text(
                "Écrivez le bon dans keys/entrance/database et keys/desk/database, ou dans kiosk.toml : "
                "sudo kiosk config edit.",
                "Write the right one into keys/entrance/database and keys/desk/database, or into kiosk.toml: "
                "sudo kiosk config edit.",
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
                "On the server, make the account, or add this machine to pg_hba.conf.",
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
                "Vérifiez le nom dans kiosk.toml : sudo kiosk config edit ; sinon remettez la copie du serveur.",
                "Check the name in kiosk.toml: sudo kiosk config edit; else bring the server’s own copy back.",
            ),
        ),
        (
            "server-empty",
            _BAD,
            Text(
                "la base {database} du serveur {server} ne contient aucun espace que {account} puisse voir",
                "the database {database} of the server {server} has no home that {account} may see",
            ),
            Text(
                "Vérifiez le nom de la base et du compte. Le propriétaire donne les droits : kiosk roles.",
                "Check the names of database and account. The owner gives the rights: kiosk roles.",
            ),
        ),
        (
            "server-rights",
            _BAD,
            Text(
                "le compte {account} n’a pas les droits qu’il faut sur la base {database}",
                "the account {account} lacks rights on the database {database}",
            ),
            Text(
                "Le propriétaire de la base les donne : kiosk roles. Si le propriétaire lui-même n’est pas le bon : "
                "ALTER DATABASE … OWNER TO … et ALTER SCHEMA kiosk OWNER TO …, sur le serveur.",
                "The owner of the database gives them: kiosk roles. If the owner itself is the wrong account: "
                "ALTER DATABASE … OWNER TO … and ALTER SCHEMA kiosk OWNER TO …, on the server.",
            ),
        ),
        (
            "server-reads-only",
            _BAD,
            Text("le serveur {server} ne fait que lire", "the server {server} only reads"),
            Text(
                "Nommez celui qui écrit, ou promouvez celui-ci, une fois l’autre arrêté pour de bon.",
                "Name the one that writes, or promote this one, once the other is stopped for good.",
            ),
        ),
        (
            "server-refuses",
            _BAD,
            Text("le serveur {server} refuse : {fault}", "the server {server} refuses: {fault}"),
            Text(
                "Suivez ces mots, sur le serveur. Ne remettez aucune copie : les comptes y sont toujours.",
                "Follow these words, on the server. Bring no copy back: the records are still there.",
            ),
        ),
    ),
}
