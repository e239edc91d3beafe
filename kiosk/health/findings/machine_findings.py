"""Lists the findings about the machine and its upkeep, in words, each with its level and its remedy."""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Plural, Text

_OK, _WARN, _BAD = Level.OK, Level.WARN, Level.BAD

# By topic (its code and name) the findings: code, level, sentence, remedy.
ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("disk", Text("Disque", "Disk")): (
        ("disk", _OK, Text("{free}\u00a0Go libres", "{free}\u00a0GB free")),
        (
            "disk-nearly-full",
            _WARN,
            Text("{free}\u00a0Go libres", "{free}\u00a0GB free"),
            Text(
                "Faites de la place : supprimez d’anciennes copies ou des journaux.",
                "Free some space: delete old backups or logs.",
            ),
        ),
        (
            "disk-full",
            _BAD,
            Text("{free}\u00a0Go libres", "{free}\u00a0GB free"),
            Text(
                "Faites de la place : supprimez d’anciennes copies ou des journaux.",
                "Free some space: delete old backups or logs.",
            ),
        ),
        (
            "disk-gone",
            _BAD,
            Text("ne répond pas", "does not respond"),
            Text("Vérifiez la carte SD.", "Check the SD card."),
        ),
        (
            "disk-read-only",
            _BAD,
            Text("en lecture seule", "read-only"),
            Text(
                "La cause est souvent une carte en fin de vie : copiez la carte, remplacez-la, puis restaurez"
                " l’espace.",
                "The cause is often a worn-out card: copy the card, replace it, then restore the home.",
            ),
        ),
    ),
    ("card", Text("Usure de la carte", "Card wear")): (
        ("card", _OK, Text("{written}\u00a0Go écrits en tout", "{written}\u00a0GB written in total")),
        (
            "card-worn",
            _WARN,
            Text("usée à {percent}\u00a0%", "{percent}% worn"),
            Text("Préparez une carte neuve ; vérifiez les copies.", "Prepare a new card; check the backups."),
        ),
        (
            "card-ending",
            _BAD,
            Text("en fin de vie", "worn out"),
            Text(
                "Remplacez la carte : lancez kiosk restore sur une carte neuve.",
                "Replace the card: run kiosk restore on a new one.",
            ),
        ),
        (
            "card-errors",
            _BAD,
            Plural(
                Text("le système de fichiers a noté {count} erreur", "the file system recorded {count} error"),
                Text("le système de fichiers a noté {count} erreurs", "the file system recorded {count} errors"),
            ),
            Text(
                "Copiez la carte et remplacez-la ; dmesg liste les erreurs.",
                "Copy the card and replace it; dmesg lists the errors.",
            ),
        ),
    ),
    ("memory", Text("Mémoire", "Memory")): (
        ("memory", _OK, Text("{available}\u00a0Mo libres", "{available}\u00a0MB free")),
        (
            "memory-low",
            _WARN,
            Text("{available}\u00a0Mo libres", "{available}\u00a0MB free"),
            Text(
                "Lancez sudo systemctl restart kiosk-display ; si le problème revient, prenez un Pi avec plus de"
                " mémoire.",
                "Run sudo systemctl restart kiosk-display; if the problem returns, use a Pi with more memory.",
            ),
        ),
        (
            "memory-entrance",
            _WARN,
            Text("l’entrée utilise {used} Mo", "the entrance uses {used} MB"),
            Text(
                "Lancez sudo systemctl restart kiosk-entrance, et signalez le problème.",
                "Run sudo systemctl restart kiosk-entrance, and report the problem.",
            ),
        ),
    ),
    ("temperature", Text("Température", "Temperature")): (
        ("temperature", _OK, Text("{degrees}\u00a0°C", "{degrees}\u00a0°C")),
        (
            "temperature-high",
            _WARN,
            Text("{degrees}\u00a0°C", "{degrees}\u00a0°C"),
            Text(
                "Refroidissez la machine avec un boîtier aéré ou un radiateur, ou mettez-la à l’ombre.",
                "Cool the machine with a ventilated case or a heat sink, or move it into the shade.",
            ),
        ),
        (
            "temperature-too-high",
            _BAD,
            Text("{degrees}\u00a0°C : le Pi ralentit", "{degrees} °C: the Pi is slowing down"),
            Text(
                "Refroidissez la machine avec un boîtier aéré ou un radiateur, ou mettez-la à l’ombre.",
                "Cool the machine with a ventilated case or a heat sink, or move it into the shade.",
            ),
        ),
    ),
    ("power", Text("Courant", "Power")): (
        ("power", _OK, Text("suffisant", "sufficient")),
        (
            "power-was-low",
            _WARN,
            Text(
                "a été insuffisant au moins une fois depuis le démarrage",
                "has been too low at least once since startup",
            ),
            Text(
                "Prenez l’alimentation d’origine et un câble court ; une gâche demande sa propre alimentation.",
                "Use the Pi’s own power supply and a short cable; a door strike needs a separate power supply.",
            ),
        ),
        (
            "power-low",
            _BAD,
            Text("insuffisant en ce moment", "too low right now"),
            Text(
                "Prenez l’alimentation d’origine et un câble court ; une gâche demande sa propre alimentation.",
                "Use the Pi’s own power supply and a short cable; a door strike needs a separate power supply.",
            ),
        ),
    ),
    ("backup", Text("Sauvegarde", "Backup")): (
        ("backup", _OK, Text("faite il y a {age}", "made {age} ago")),
        (
            "backup-none",
            _WARN,
            Text("aucune pour l’instant", "none so far"),
            Text(
                "Lancez sudo kiosk backup ; regardez ensuite systemctl status kiosk-backup.timer.",
                "Run sudo kiosk backup; then check systemctl status kiosk-backup.timer.",
            ),
        ),
        (
            "backup-failed",
            _WARN,
            Text(
                "la dernière sauvegarde a échoué ; la dernière réussie date d’il y a {age}",
                "the last backup failed; the last good one was {age} ago",
            ),
            Text("Lancez sudo kiosk backup, qui dit pourquoi.", "Run sudo kiosk backup to see why."),
        ),
        (
            "backup-overdue",
            _BAD,
            Text("aucune bonne sauvegarde depuis {age}", "no good backup for {age}"),
            Text(
                "Lancez sudo kiosk backup, qui dit pourquoi ; souvent, le disque est plein.",
                "Run sudo kiosk backup to see why; often, the disk is full.",
            ),
        ),
    ),
    ("away", Text("Copie ailleurs", "Off-site backup")): (
        ("away", _OK, Text("faite il y a {age}", "made {age} ago")),
        (
            "away-none",
            _WARN,
            Text("aucune pour l’instant", "none so far"),
            Text(
                "Choisissez une clé USB ou un autre lieu : section « Sauvegarder ailleurs » du manuel.",
                "Use a USB stick or another place: see “Sauvegarder ailleurs” in the manual.",
            ),
        ),
        (
            "away-failed",
            _WARN,
            Text(
                "la dernière sauvegarde a échoué ; la dernière réussie date d’il y a {age}",
                "the last backup failed; the last good one was {age} ago",
            ),
            Text(
                "Branchez la clé USB et vérifiez le réseau, puis lancez sudo kiosk backup.",
                "Plug the USB stick in and check the network, then run sudo kiosk backup.",
            ),
        ),
        (
            "away-overdue",
            _BAD,
            Text("aucune bonne sauvegarde depuis {age}", "no good backup for {age}"),
            Text(
                "Branchez la clé USB et vérifiez le réseau, puis lancez sudo kiosk backup.",
                "Plug the USB stick in and check the network, then run sudo kiosk backup.",
            ),
        ),
    ),
    ("drill", Text("Répétition", "Restore drill")): (
        ("drill", _OK, Text("réussie il y a {age}", "succeeded {age} ago")),
        (
            "drill-none",
            _WARN,
            Text("jamais faite", "never done"),
            Text(
                "Lancez sudo kiosk drill ; regardez ensuite systemctl status kiosk-drill.timer.",
                "Run sudo kiosk drill; then check systemctl status kiosk-drill.timer.",
            ),
        ),
        (
            "drill-failed",
            _BAD,
            Text("la dernière copie n’a pas pu être restaurée", "the latest backup could not be restored"),
            Text(
                "Lancez sudo kiosk backup, puis sudo kiosk drill, qui dit pourquoi.",
                "Run sudo kiosk backup, then sudo kiosk drill, which says why.",
            ),
        ),
        (
            "drill-overdue",
            _WARN,
            Text("pas refaite depuis {age}", "not done for {age}"),
            Text("Lancez sudo kiosk drill.", "Run sudo kiosk drill."),
        ),
    ),
    ("keys", Text("Copie papier des clés", "Keys on paper")): (
        ("keys", _OK, Text("relue il y a {age}", "last checked {age} ago")),
        (
            "keys-none",
            _WARN,
            Text("jamais relue", "never checked"),
            Text(
                "Relisez la copie papier des clés : section « Sauvegarder ailleurs » du manuel.",
                "Check the paper copy of the keys: see “Sauvegarder ailleurs” in the manual.",
            ),
        ),
        (
            "keys-failed",
            _BAD,
            Text("n’a pas pu être relue", "could not be read"),
            Text(
                "Imprimez une feuille neuve et rangez-la en lieu sûr.", "Print a new sheet and keep it in a safe place."
            ),
        ),
        (
            "keys-overdue",
            _WARN,
            Text("pas relue depuis {age}", "not checked for {age}"),
            Text("Relisez la copie papier des clés.", "Check the paper copy of the keys."),
        ),
    ),
    ("erased", Text("Données effacées", "Erased data")): (
        (
            "erased-in-log",
            _WARN,
            Text(
                "des données effacées restent dans la base depuis {age}",
                "erased data has remained in the database for {age}",
            ),
            Text(
                "Lancez sudo kiosk due, qui ôte ces données. Si elles restent, arrêtez l’export en cours,"
                " ou lancez sudo systemctl restart kiosk-desk.",
                "Run sudo kiosk due, which removes this data. If the data remains, stop the running"
                " export, or run sudo systemctl restart kiosk-desk.",
            ),
        ),
    ),
    ("due", Text("Tâches programmées", "Scheduled tasks")): (
        (
            "due-failing",
            _BAD,
            Plural(
                Text(
                    "« {act} » a échoué une fois, il y a {age} : {fault}",
                    "“{act}” has failed once, {age} ago: {fault}",
                ),
                Text(
                    "« {act} » a échoué {times} fois en {age} : {fault}",
                    "“{act}” has failed {times} times in {age}: {fault}",
                ),
            ),
            Text(
                "Lancez sudo kiosk due, qui réessaie et dit pourquoi la tâche échoue ; toutes les autres"
                " sont faites : docs/faults.md.",
                "Run sudo kiosk due, which tries again and says why the task fails; all other tasks are"
                " done: docs/faults.md.",
            ),
        ),
        (
            "due-overdue",
            _BAD,
            Text("aucune tâche n’a été faite depuis {age}", "no task has run for {age}"),
            Text(
                "Lancez sudo kiosk due ; regardez ensuite systemctl status kiosk-due.timer kiosk-due.service.",
                "Run sudo kiosk due; then check systemctl status kiosk-due.timer kiosk-due.service.",
            ),
        ),
        (
            "messages-given-up",
            _WARN,
            Plural(
                Text(
                    "{count} message n’a pas pu partir cette semaine : {about}",
                    "{count} message could not be sent this week: {about}",
                ),
                Text(
                    "{count} messages n’ont pas pu partir cette semaine : {about}",
                    "{count} messages could not be sent this week: {about}",
                ),
            ),
            Text(
                "Corrigez l’adresse sur la fiche du membre ou le compte du bureau, et transmettez le message"
                " autrement.",
                "Correct the address on the member’s file or the desk account, and pass the message on by other means.",
            ),
        ),
    ),
    ("online", Text("Paiement en ligne", "Online payment")): (
        ("online", _OK, Text("activé", "turned on")),
        (
            "online-secret",
            _BAD,
            Text("le secret de la clé HelloAsso manque", "the secret of the HelloAsso key is missing"),
            Text("Lancez sudo kiosk online secret.", "Run sudo kiosk online secret."),
        ),
        (
            "online-decide",
            _WARN,
            Plural(
                Text("{count} paiement attend une décision", "{count} payment needs a decision"),
                Text("{count} paiements attendent une décision", "{count} payments need a decision"),
            ),
            Text(
                "La trésorerie décide au bureau : « Paiements en ligne ».",
                "The treasurer decides at the desk: “Online payments”.",
            ),
        ),
    ),
    ("certificate", Text("Certificat", "Certificate")): (
        ("certificate", _OK, Text("pour {host}, valable encore {left}", "for {host}, valid for {left}")),
        (
            "certificate-ending",
            _WARN,
            Text("pour {host}, valable encore {left} seulement", "for {host}, valid for only {left}"),
            Text(
                "Caddy renouvelle le certificat de lui-même. S’il ne le fait pas, lancez sudo systemctl restart"
                " caddy, puis lisez journalctl -u caddy.",
                "Caddy renews the certificate by itself. If it does not, run sudo systemctl restart caddy, then read"
                " journalctl -u caddy.",
            ),
        ),
        (
            "certificate-over",
            _BAD,
            Text("pour {host}, expiré", "for {host}, expired"),
            Text(
                "Lancez sudo systemctl restart caddy, puis lisez journalctl -u caddy.",
                "Run sudo systemctl restart caddy, then read journalctl -u caddy.",
            ),
        ),
        (
            "certificate-none",
            _BAD,
            Text("{host} ne répond pas en TLS", "{host} does not respond over TLS"),
            Text("Lancez sudo systemctl status caddy.", "Run sudo systemctl status caddy."),
        ),
    ),
    ("libraries", Text("Bibliothèques", "Libraries")): (
        ("libraries", _OK, Text("versions choisies il y a {age}", "versions chosen {age} ago")),
        (
            "libraries-old",
            _WARN,
            Text(
                "versions choisies il y a {age} : des failles ont pu être trouvées depuis",
                "versions chosen {age} ago: vulnerabilities may have been found since",
            ),
            Text(
                "Lancez sudo kiosk update. Pour comparer les bibliothèques aux failles publiées, lancez"
                " scripts/audit dans un clone en ligne.",
                "Run sudo kiosk update. To compare the libraries with published vulnerabilities, run scripts/audit"
                " in a clone that is online.",
            ),
        ),
    ),
    ("release-keys", Text("Clés des versions", "Release keys")): (
        ("release-keys", _OK, Text("jeu {number} : {keys}", "set {number}: {keys}")),
        (
            "release-key",
            _OK,
            Text("une seule clé, antérieure aux jeux de clés : {key}", "one key, older than the key sets: {key}"),
        ),
    ),
    ("update", Text("Version", "Release")): (
        ("update", _OK, Text("{version}", "{version}")),
        (
            "update-available",
            _WARN,
            Text("{newest} est prête, {version} tourne", "{newest} is ready, {version} is running"),
            Text("Un soir calme, lancez sudo kiosk update.", "On a quiet evening, run sudo kiosk update."),
        ),
        (
            "update-taken-back",
            _WARN,
            Text(
                "la mise à jour vers {newest} a été annulée ({why})", "the update to {newest} was rolled back ({why})"
            ),
            Text(
                "Prévenez les personnes qui publient les versions ; la borne proposera la version suivante. Pour"
                " réessayer cette version, lancez kiosk update --again.",
                "Tell the release publisher; the kiosk will offer the next release. To retry this release, run"
                " kiosk update --again.",
            ),
        ),
        (
            "update-failed",
            _WARN,
            Text(
                "{version} ; la dernière mise à jour a échoué il y a {age}{why}",
                "{version}; the last update failed {age} ago{why}",
            ),
            Text(
                "La version précédente tourne, et la porte fonctionne.",
                "The previous release is running, and the door works.",
            ),
        ),
        (
            "update-no-source",
            _WARN,
            Text("aucune source de versions n’est réglée", "no release source is set"),
            Text(
                "Réglez update.source dans kiosk.toml, ou installez depuis une clé USB avec kiosk update --from.",
                "Set update.source in kiosk.toml, or install from a USB stick with kiosk update --from.",
            ),
        ),
        (
            "update-git-source",
            _WARN,
            Text(
                "aucune version ne peut être installée : {source} est un dépôt git",
                "no release can be installed: {source} is a git repository",
            ),
            Text(
                "Lancez sudo kiosk config edit, et écrivez un dossier ou une adresse https://… dans update.source.",
                "Run sudo kiosk config edit, and set update.source to a folder or an https://… address.",
            ),
        ),
        (
            "update-no-key",
            _WARN,
            Text(
                "aucune version ne peut être installée : la clé {file} manque",
                "no release can be installed: the key {file} is missing",
            ),
            Text(
                "Mettez dans ce fichier les clés publiques des versions, d’une source sûre : docs/installation.md.",
                "Put the public release keys in this file, from a source you trust: docs/installation.md.",
            ),
        ),
        (
            "update-never-looked",
            _WARN,
            Text("{source} n’a encore jamais répondu", "{source} has never responded"),
            Text("Lancez sudo kiosk update --check.", "Run sudo kiosk update --check."),
        ),
        (
            "update-unseen",
            _WARN,
            Text("{source} n’a plus répondu depuis {age}", "{source} has not responded for {age}"),
            Text(
                "Lancez sudo kiosk update --check ; regardez ensuite systemctl status kiosk-update.timer.",
                "Run sudo kiosk update --check, then check systemctl status kiosk-update.timer.",
            ),
        ),
        (
            "update-old-list",
            _WARN,
            Text(
                "la liste de {source} a été signée il y a {age} : des versions plus récentes y sont peut-être cachées",
                "the list at {source} was signed {age} ago: newer releases may be hidden",
            ),
            Text(
                "Demandez aux personnes qui publient les versions, par une autre voie, quelle est la dernière version.",
                "Ask the release publisher, through another channel, which release is the latest.",
            ),
        ),
    ),
}
