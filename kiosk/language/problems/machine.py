"""Sentences for errors about the machine: the home, its database and keys, ports, installation and updates.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "desk-away": Text(
        "Le bureau ne répond pas aux pages des membres : lancez kiosk check.",
        "The desk does not respond to members’ pages: run kiosk check.",
    ),
    "no-pages": Text(
        "Les pages des membres n’ont pas d’adresse : écrivez pages.address dans kiosk.toml.",
        "Members’ pages have no address: set pages.address in kiosk.toml.",
    ),
    "answers": Text(
        "Une réponse est impossible, ou il n’y a pas de terminal où poser les questions : relancez "
        "la commande dans un terminal.",
        "An answer is invalid, or there is no terminal to ask the questions in: run the command again in a terminal.",
    ),
    "check": Text(
        "Le diagnostic a trouvé des problèmes : suivez le remède de chaque ligne marquée !!.",
        "The check found problems: follow the advice on each line marked !!.",
    ),
    "config": Text(
        "kiosk.toml n’est pas valable : corrigez les réglages indiqués.",
        "kiosk.toml is not valid: correct the settings listed.",
    ),
    "busy-making": Text(
        "D’autres documents sont en cours de création : réessayez dans un instant.",
        "Other documents are being made: try again in a moment.",
    ),
    "config-unwritten": Text(
        "kiosk.toml ne peut pas être écrit : essayez avec sudo.", "kiosk.toml cannot be written: try with sudo."
    ),
    "config-waiting": Text(
        "kiosk.toml attend d’être accepté : lancez kiosk config accept.",
        "kiosk.toml needs to be accepted: run kiosk config accept.",
    ),
    "database": Text(
        "La base ne répond pas : lancez kiosk check, qui dit pourquoi, et que faire.",
        "The database does not respond: run kiosk check, which says why, and what to do.",
    ),
    "database-busy": Text(
        "La base est occupée depuis dix secondes : rien n’a été fait. Renvoyez la même page dans un instant.",
        "The database has been busy for ten seconds: nothing was done. Submit the page again in a moment.",
    ),
    "records-behind": Text(
        "Les comptes sont plus anciens que ceux déjà vus : rien n’y est enregistré. Ouvrez « Codes de "
        "contrôle » au bureau, ou lancez kiosk reconcile.",
        "The records are older than those already seen, so nothing is being recorded. Open “Control "
        "codes” at the desk, or run kiosk reconcile.",
    ),
    "server-changed": Text(
        "Un autre serveur répond : rien n’est enregistré pendant 90 secondes, le temps que chaque porte "
        "compare les comptes.",
        "Another server is responding: nothing is recorded for 90 seconds, while each door compares the records.",
    ),
    "no-such-claim": Text(
        "Aucun désaccord ouvert ne porte ce numéro : lancez kiosk reconcile --look pour les voir.",
        "No open disagreement has this number: run kiosk reconcile --look to see the open disagreements.",
    ),
    "database-newer": Text(
        "La base est d’une version plus récente : mettez le programme à jour.",
        "The database is from a newer release: update the program.",
    ),
    "database-older": Text(
        "La base est d’une version plus ancienne : lancez kiosk migrate.",
        "The database is from an older release: run kiosk migrate.",
    ),
    "entrance-busy": Text(
        "Il y a toujours quelqu’un à la porte : rien n’a changé. Recommencez à une heure calme.",
        "The door is in constant use, so nothing was changed: try again at a quiet time.",
    ),
    "database-server": Text(
        "Ce serveur PostgreSQL ne convient pas : il faut la version 15 ou plus, et une base en UTF8.",
        "This PostgreSQL server is not suitable: use version 15 or newer, with a UTF8 database.",
    ),
    "entrance-runs": Text(
        "Une entrée tourne déjà sur cet espace : arrêtez-la d’abord.",
        "An entrance is already running on this home: stop it first.",
    ),
    "fault": Text(
        "Une erreur s’est produite de notre côté ; le journal du programme la décrit.",
        "Something went wrong on our side: the program’s log has the details.",
    ),
    "heartbeat": Text(
        "Le signe de vie ne part pas : vérifiez keys/outside/heartbeat et le réseau.",
        "The heartbeat cannot be sent: check keys/outside/heartbeat and the network.",
    ),
    "online-answer": Text(
        "La réponse de HelloAsso est illisible : réessayez plus tard, et signalez le problème s’il persiste.",
        "HelloAsso’s answer could not be read: try again later, and report the problem if it persists.",
    ),
    "online-off": Text(
        "Le paiement en ligne n’est pas activé : complétez [online] et pages.address (HTTPS) dans kiosk.toml.",
        "Online payment is not turned on: complete [online] and pages.address (HTTPS) in kiosk.toml.",
    ),
    "online-secret": Text(
        "Collez le secret tel que HelloAsso le montre : un seul mot, sans espace.",
        "Paste the secret as HelloAsso shows it: a single word without spaces.",
    ),
    "online-away": Text(
        "HelloAsso ne répond pas : les paiements en ligne attendent.",
        "HelloAsso does not respond: online payments are waiting.",
    ),
    "online-busy": Text(
        "HelloAsso demande d’attendre : la prochaine tâche programmée réessaiera.",
        "HelloAsso asks the kiosk to wait: the next scheduled task will try again.",
    ),
    "online-refused": Text(
        "HelloAsso refuse notre clé : vérifiez son numéro, son secret et le nom de l’association.",
        "HelloAsso refuses our key: check its number, its secret and the association’s name.",
    ),
    "home-demo": Text(
        "Les personnes de cet espace sont inventées : indiquez l’espace du mode école de l’association.",
        "The people in this home are fictitious: give the association’s own training home instead.",
    ),
    "home-not-training": Text(
        "Cet espace n’est pas en mode école : ses comptes sont vrais, et il ne peut être déplacé ou restauré"
        " qu’en entier.",
        "This is not a training home: its accounts are real, so it can only be moved or restored as a whole.",
    ),
    "home-exists": Text(
        "Ce dossier n’est pas vide : choisissez-en un autre.", "This folder is not empty: choose another one."
    ),
    "home-not-writable": Text(
        "Ce dossier ne peut pas être écrit : vérifiez ses droits et la place libre.",
        "This folder cannot be written: check its permissions and the free space.",
    ),
    "install": Text(
        "Une étape de l’installation a échoué : corrigez-en la cause, puis relancez.",
        "An installation step failed: fix the cause, then start again.",
    ),
    "install-runs": Text(
        "Une installation est déjà en cours : attendez qu’elle finisse.",
        "Another installation is running: wait until it has finished.",
    ),
    "interrupted": Text("L’opération a été interrompue.", "The operation was interrupted."),
    "key": Text(
        "Une clé manque, est abîmée ou est lisible par d’autres : reprenez-la de la copie, ou lancez "
        "chmod 0600 sur son fichier.",
        "A key is missing, damaged, or readable by others: restore it from the backup, or run chmod 0600 on its file.",
    ),
    "mail": Text(
        "Le serveur de courrier refuse le message : vérifiez mail.server, mail.user et la clé.",
        "The mail server rejects the message: check mail.server, mail.user and the key.",
    ),
    "move": Text(
        "Le déménagement n’a pas abouti : rien n’a changé, et la borne travaille toujours à l’ancien endroit.",
        "The move did not complete, so nothing has changed: the kiosk still works in the old place.",
    ),
    "move-running": Text(
        "Un programme travaille encore sur cette base : arrêtez l’entrée, le bureau et les minuteries d’abord.",
        "A program is still using this database: stop the entrance, the desk and the timers first.",
    ),
    "move-doors": Text(
        "D’autres machines sont des portes de cet espace : leurs passages seraient perdus. Retirez-les d’abord.",
        "Other machines are doors of this home: their taps would be lost. Revoke them first.",
    ),
    "move-target": Text(
        "La borne ne peut pas déménager à cet endroit : des données s’y trouvent déjà, ou la borne y est déjà.",
        "The kiosk cannot be moved there: that place already has records, or is the current one.",
    ),
    "no-home": Text(
        "Il n’y a pas d’espace dans ce dossier : indiquez le bon dossier avec --home, ou créez un espace avec"
        " kiosk init.",
        "There is no home in this folder: give the right folder with --home, or create a home with kiosk init.",
    ),
    "no-release": Text(
        "Il n’y a pas de version plus récente à cet endroit.", "There is no newer release at this location."
    ),
    "no-server": Text(
        "Les données sont dans un fichier : il n’y a pas de serveur où créer des comptes.",
        "The records are in a file: there is no server to create accounts on.",
    ),
    "not-installed": Text(
        "Ce programme n’est pas installé : dans un clone, lancez git pull ; sinon, lancez scripts/install.",
        "This program is not installed: in a clone, run git pull; otherwise, run scripts/install.",
    ),
    "not-root": Text(
        "Il faut les droits d’administration : lancez la commande avec sudo.",
        "Administrator rights are needed: run the command with sudo.",
    ),
    "notify": Text(
        "Une notification a été refusée : vérifiez keys/outside/notify et le réseau.",
        "A notification was rejected: check keys/outside/notify and the network.",
    ),
    "platform": Text(
        "Ce système ne convient pas : il faut Debian 13 en 64 bits, et un Raspberry Pi pour une vraie porte.",
        "This system is not supported: use 64-bit Debian 13, and a Raspberry Pi for a real door.",
    ),
    "port-refused": Text(
        "Ce port est refusé : prenez-en un au-dessus de 1023.", "This port is not allowed: choose one above 1023."
    ),
    "port-taken": Text(
        "Un autre programme utilise ce port : arrêtez-le, ou changez de port.",
        "Another program uses this port: stop that program, or change the port.",
    ),
    "programs": Text(
        "Les programmes ne s’arrêtent pas ou ne démarrent pas : voyez systemctl status 'kiosk-*'.",
        "The programs do not stop or do not start: check systemctl status 'kiosk-*'.",
    ),
    "release": Text(
        "La version à installer est incomplète : téléchargez de nouveau son archive.",
        "The release to be installed is incomplete: download its archive again.",
    ),
    "release-damaged": Text(
        "Cette version ne correspond pas à sa signature : téléchargez-la de nouveau.",
        "This release does not match its signature: download it again.",
    ),
    "release-hidden": Text(
        "La liste des versions à cette adresse est plus ancienne qu’une liste déjà vue : prévenez les personnes"
        " qui publient les versions.",
        "The list of releases at this address is older than one already seen: contact the release publisher.",
    ),
    "release-key": Text(
        "Les clés des versions manquent : remettez-les, depuis une source sûre.",
        "The release keys are missing: put them back, from a source you trust.",
    ),
    "release-older": Text(
        "Cette version est refusée, car elle est plus ancienne que la version qui tourne.",
        "This release is refused because it is older than the release that is running.",
    ),
    "release-packages": Text(
        "La nouvelle version ne démarre pas ; la porte continue de marcher.",
        "The new release does not start; the door is not affected.",
    ),
    "release-platform": Text(
        "Cette version est pour un autre type de machine : prenez l’archive de votre machine.",
        "This release is for another kind of machine: use the archive for your machine.",
    ),
    "release-git": Text(
        "Un dépôt git n’est plus une source de versions : donnez un dossier, une archive ou https://….",
        "Git repositories are no longer a source of releases: use a folder, an archive or https://….",
    ),
    "release-signature": Text(
        "Cette version n’est pas signée par deux des clés connues : arrêtez-vous là, et prévenez les personnes qui"
        " publient les versions.",
        "This release is not signed by two of the known keys: stop here, and tell the release publisher.",
    ),
    "release-source": Text(
        "Il n’y a pas de version à cet endroit : donnez un dossier, une archive ou https://….",
        "There is no release at this location: give a folder, an archive or https://….",
    ),
    "release-tools": Text(
        "Un programme manque : lancez apt-get install openssh-client.",
        "A program is missing: run apt-get install openssh-client.",
    ),
    "release-unreachable": Text(
        "L’adresse des mises à jour est inutilisable : vérifiez le réseau et l’adresse, ou installez depuis une clé USB"
        " avec --from.",
        "The update address cannot be used: check the network and the address, or install from a USB stick with"
        " --from.",
    ),
    "rules": Text(
        "Une règle ou un tarif a une valeur impossible : lancez kiosk check, qui nomme la ligne.",
        "A rule or a tariff has an impossible value: run kiosk check, which names the row.",
    ),
    "schema": Text(
        "La base ne correspond pas à cette version : n’enregistrez plus rien, et restaurez la sauvegarde.",
        "The database does not match this release: record nothing more, and restore the backup.",
    ),
    "server-roles": Text(
        "Le serveur ne laisse pas ce compte créer des rôles : tapez la commande donnée dans docs/postgresql.md.",
        "The server does not let this account create roles: type the command given in docs/postgresql.md.",
    ),
    "server-used": Text(
        "D’autres portes ou bureaux sont sur ce serveur : arrêtez-les tous d’abord.",
        "Other doors or desks are on this server: stop all of them first.",
    ),
    "socket-unit": Text(
        "systemd utilise un autre port que kiosk.toml : mettez le même port dans l’unité .socket et dans kiosk.toml.",
        "systemd uses a different port from kiosk.toml: set the same port in the .socket unit and in kiosk.toml.",
    ),
    "update-back": Text(
        "La nouvelle version marchait mal : l’ancienne version a été remise en service. Prévenez les personnes"
        " qui maintiennent le programme.",
        "The new release did not work properly, so the old release was restored: tell the program’s maintainers.",
    ),
    "update-failed-before": Text(
        "Cette version a dû être annulée la dernière fois : attendez la suivante, ou réessayez avec --again.",
        "This release was rolled back last time: wait for the next one, or retry with --again.",
    ),
    "update-runs": Text(
        "Une mise à jour est déjà en cours : attendez qu’elle finisse.",
        "Another update is running: wait until it has finished.",
    ),
    "update-server": Text(
        "Les données sont sur un serveur : arrêtez et installez chaque machine, puis lancez kiosk migrate une fois.",
        "The records are on a server: stop and install each machine, then run kiosk migrate once.",
    ),
    "update-state": Text(
        "update.json est illisible : voyez le manuel, « La machine ».",
        "update.json cannot be read: see “The machine” in the manual.",
    ),
    "update-step": Text(
        "Une étape de la mise à jour a échoué : l’ancienne version a été remise en service.",
        "An update step failed, so the old release was restored.",
    ),
    "update-unwell": Text(
        "Les programmes marchaient moins bien avec la nouvelle version : l’ancienne a été remise en service.",
        "The programs worked less well with the new release, so the old release was restored.",
    ),
    "usage": Text(
        "La commande n’est pas valable : voyez son aide, avec --help.",
        "This command is invalid: see its help, with --help.",
    ),
    "wrong-value": Text(
        "Une valeur de la base est impossible : lancez kiosk check, qui nomme la table, la ligne et la colonne.",
        "A value in the database is impossible: run kiosk check, which names the table, row and column.",
    ),
}
