"""Words for what is wrong with the machine: the home, its database and keys, ports, installing and updates."""

from kiosk.language.texts import Text

PROBLEMS = {
    "answers": Text(
        "Une réponse est impossible, ou il n’y a pas de terminal où la demander.",
        "An answer cannot be, or there is no terminal to ask at.",
    ),
    "check": Text(
        "Le diagnostic a trouvé quelque chose : suivez le remède de chaque ligne marquée !!.",
        "The check found something: do what each line with !! says.",
    ),
    "config": Text(
        "kiosk.toml ne va pas : corrigez ce qui est nommé.", "kiosk.toml is not right: correct what is named."
    ),
    "busy-making": Text(
        "D’autres documents sont en cours : réessayez dans un instant.",
        "Other documents are being made: try again in a moment.",
    ),
    "config-unwritten": Text(
        "kiosk.toml ne peut pas être écrit : essayez avec sudo.", "kiosk.toml cannot be written: try with sudo."
    ),
    "config-waiting": Text(
        "kiosk.toml attend d’être accepté : kiosk config accept.",
        "kiosk.toml waits to be accepted: kiosk config accept.",
    ),
    "database": Text(
        "La base ne répond pas : kiosk check dit pourquoi, et que faire.",
        "The database does not answer: kiosk check says why, and what to do.",
    ),
    "database-busy": Text(
        "D’autres écrivent depuis dix secondes : rien n’a été fait. Renvoyez la même page dans un instant.",
        "Others have been writing for ten seconds: nothing was done. Send the same page again in a moment.",
    ),
    "database-newer": Text(
        "La base est d’une version plus récente : mettez le programme à jour.",
        "The database is of a newer release: update the program.",
    ),
    "database-older": Text(
        "La base est d’une version plus ancienne : kiosk migrate.",
        "The database is of an older release: kiosk migrate.",
    ),
    "entrance-busy": Text(
        "Il y a toujours quelqu’un à la porte, rien n’a changé : recommencez à une heure calme.",
        "Somebody is at the door all the time, nothing was changed: try again at a quiet hour.",
    ),
    "database-server": Text(
        "Ce serveur PostgreSQL ne convient pas : il faut la version 15 ou plus, et une base en UTF8.",
        "This PostgreSQL server does not do: version 15 or newer is wanted, and a database in UTF8.",
    ),
    "entrance-runs": Text(
        "Une entrée tourne déjà sur cet espace : arrêtez-la d’abord.",
        "An entrance runs on this home already: stop it first.",
    ),
    "fault": Text(
        "Quelque chose n’a pas marché de notre côté ; c’est au journal.",
        "Something went wrong on our side; it is in the log.",
    ),
    "heartbeat": Text(
        "Le signe de vie ne part pas : vérifiez keys/outside/heartbeat et le réseau.",
        "The heartbeat does not leave: look at keys/outside/heartbeat and the network.",
    ),
    "home-exists": Text(
        "Ce dossier n’est pas vide : choisissez-en un autre.", "This folder is not empty: choose another one."
    ),
    "home-not-writable": Text(
        "Ce dossier ne peut pas être écrit : vérifiez ses droits et la place libre.",
        "This folder cannot be written: look at its permissions and the free space.",
    ),
    "install": Text(
        "Une étape de l’installation a échoué : remédiez-y, puis relancez.",
        "A step of installing failed: put it right, then start again.",
    ),
    "install-runs": Text(
        "Une installation est déjà en cours : attendez qu’elle finisse.",
        "Another installation is under way: wait for it.",
    ),
    "interrupted": Text("C’est interrompu.", "It was interrupted."),
    "key": Text(
        "Une clé manque, est abîmée, ou lisible par d’autres : reprenez-la de la copie, ou chmod 0600.",
        "A key is missing, damaged, or readable by others: take it from the backup, or chmod 0600.",
    ),
    "mail": Text(
        "Le serveur de courrier ne prend pas le message : vérifiez mail.server, mail.user et la clé.",
        "The mail server does not take the message: look at mail.server, mail.user and the key.",
    ),
    "move": Text(
        "Le déménagement n’a pas tout emporté : rien n’a changé, la borne travaille là où elle était.",
        "The move did not carry everything over: nothing has changed, the kiosk works where it was.",
    ),
    "move-running": Text(
        "Un programme travaille encore sur cette base : arrêtez l’entrée, le bureau et les minuteries d’abord.",
        "A program still works on this database: stop the entrance, the desk and the timers first.",
    ),
    "move-doors": Text(
        "D’autres machines sont des portes de cet espace : leurs passages n’iraient nulle part. Retirez-les d’abord.",
        "Other machines are doors of this space: their taps would go nowhere. Revoke them first.",
    ),
    "move-target": Text(
        "On ne peut pas déménager là : il y a déjà des données, ou la borne y est déjà.",
        "One cannot move there: there are records already, or the kiosk is there already.",
    ),
    "no-home": Text(
        "Il n’y a pas d’espace dans ce dossier : --home, ou kiosk init.",
        "There is no home in this folder: --home, or kiosk init.",
    ),
    "no-release": Text("Il n’y a rien de plus récent à cet endroit.", "There is nothing newer at this place."),
    "no-server": Text(
        "Les données sont dans leur fichier : il n’y a pas de serveur à qui demander des comptes.",
        "The records are in their file: there is no server to ask for accounts.",
    ),
    "not-installed": Text(
        "Ce programme n’est pas installé : git pull dans un clone, sinon scripts/install.",
        "This program is not installed: git pull in a clone, else scripts/install.",
    ),
    "not-root": Text("Il faut les droits d’administration : sudo.", "This wants an administrator’s rights: sudo."),
    "notify": Text(
        "Une notification n’est pas prise : vérifiez keys/outside/notify et le réseau.",
        "A notification is not taken: look at keys/outside/notify and the network.",
    ),
    "platform": Text(
        "Ce système ne convient pas : Debian 13 en 64 bits, et un Raspberry Pi pour une vraie porte.",
        "This system will not do: Debian 13 of 64 bits, and a Raspberry Pi for a real door.",
    ),
    "port-refused": Text(
        "Ce port est refusé : prenez-en un au-dessus de 1023.", "This port is refused: take one above 1023."
    ),
    "port-taken": Text(
        "Un autre programme tient ce port : arrêtez-le, ou changez de port.",
        "Another program holds this port: stop it, or change the port.",
    ),
    "programs": Text(
        "Les programmes ne s’arrêtent ou ne démarrent pas : systemctl status 'kiosk-*'.",
        "The programs do not stop or do not start: systemctl status 'kiosk-*'.",
    ),
    "release": Text(
        "Ce qui est à installer n’est pas une version entière : reprenez son archive.",
        "What is to be installed is no whole release: take its archive again.",
    ),
    "release-damaged": Text(
        "Cette version n’est pas telle qu’elle a été signée : prenez-la de nouveau.",
        "This release is not as it was signed: take it again.",
    ),
    "release-hidden": Text(
        "Cette adresse montre une liste plus vieille que celle déjà vue : demandez à qui publie les versions.",
        "This address shows an older list than was seen already: ask who publishes releases.",
    ),
    "release-key": Text(
        "Les clés des versions manquent : remettez-les, depuis une source sûre.",
        "The keys of releases are missing: put them back, from a source that you trust.",
    ),
    "release-older": Text(
        "Cette version est plus ancienne que celle qui tourne : elle est refusée.",
        "This release is older than the one that runs: it is refused.",
    ),
    "release-packages": Text(
        "La nouvelle version ne démarre pas ; la porte n’a rien remarqué.",
        "The new release does not start; the door has not noticed.",
    ),
    "release-platform": Text(
        "Cette version est pour un autre type de machine : prenez l’archive de celui-ci.",
        "This release is for another kind of machine: take this one’s archive.",
    ),
    "release-git": Text(
        "Un dépôt git n’est plus une source de versions : un dossier, une archive ou https://….",
        "A git repository is no source of releases any more: a folder, an archive or https://….",
    ),
    "release-signature": Text(
        "Deux des clés retenues n’ont pas signé : n’insistez pas, prévenez qui publie les versions.",
        "Two of the keys that are kept have not signed: do not insist, tell who publishes releases.",
    ),
    "release-source": Text(
        "Il n’y a pas de version à cet endroit : un dossier, une archive ou https://….",
        "There is no release at this place: a folder, an archive or https://….",
    ),
    "release-tools": Text(
        "Un programme manque : apt-get install openssh-client.",
        "A program is missing: apt-get install openssh-client.",
    ),
    "release-unreachable": Text(
        "L’adresse des versions ne répond pas : attendez le réseau, ou --from une clé USB.",
        "The address of releases does not answer: wait for the network, or --from a stick.",
    ),
    "rules": Text(
        "Une règle ou un tarif a une valeur impossible : kiosk check nomme la ligne.",
        "A rule or a tariff has an impossible value: kiosk check names the row.",
    ),
    "schema": Text(
        "La base n’a pas la forme de cette version : n’écrivez rien, reprenez la copie.",
        "The database does not have this release’s form: write nothing, take the copy.",
    ),
    "server-roles": Text(
        "Le serveur ne laisse pas ce compte faire des rôles : docs/postgresql.md dit la ligne à taper.",
        "The server does not let this account make roles: docs/postgresql.md has the line to type.",
    ),
    "server-used": Text(
        "D’autres portes ou bureaux sont sur ce serveur : arrêtez-les tous d’abord.",
        "Other doors or desks are on this server: stop all of them first.",
    ),
    "socket-unit": Text(
        "systemd tient un autre port que kiosk.toml : accordez l’unité .socket et kiosk.toml.",
        "systemd holds another port than kiosk.toml says: make the .socket unit and kiosk.toml agree.",
    ),
    "update-back": Text(
        "La nouvelle version n’allait pas, l’ancienne est revenue : dites-le à qui maintient le programme.",
        "The new release was not well, the old one is back: tell who maintains the program.",
    ),
    "update-failed-before": Text(
        "Cette version n’a pas tenu la dernière fois : attendez la suivante, ou --again.",
        "This release did not hold the last time: wait for the next one, or --again.",
    ),
    "update-runs": Text(
        "Une mise à jour est déjà en cours : attendez.", "An update is under way already: wait for it."
    ),
    "update-server": Text(
        "Les données sont sur un serveur : arrêtez et installez chaque machine, puis kiosk migrate une fois.",
        "The records are on a server: stop and install each machine, then kiosk migrate once.",
    ),
    "update-state": Text(
        "update.json ne se lit pas : voyez le manuel, « La machine ».",
        "update.json cannot be read: see “The machine” in the manual.",
    ),
    "update-step": Text(
        "Une étape de la mise à jour a échoué, l’ancienne version est revenue.",
        "A step of the update failed, the old release is back.",
    ),
    "update-unwell": Text(
        "Les programmes ne vont pas aussi bien qu’avant, l’ancienne version est revenue.",
        "The programs are not as well as before, the old release is back.",
    ),
    "usage": Text("La commande ne va pas : voyez son aide, avec --help.", "The command is not right: see its --help."),
    "wrong-value": Text(
        "Une valeur de la base est impossible : kiosk check nomme la table, la ligne et la colonne.",
        "A value in the database is impossible: kiosk check names table, row and column.",
    ),
}
