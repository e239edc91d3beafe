"""Sentences for errors about copies, keys on paper and places where copies go.

`PROBLEMS` maps an error's code to its sentence; `{name}` in a sentence stands for the error's value of that name.
"""

from kiosk.language.texts import Text

PROBLEMS = {
    "age": Text(
        "La copie n’a pas pu être chiffrée : vérifiez la place libre.",
        "The backup could not be encrypted: check the free space.",
    ),
    "away": Text(
        "La copie est bonne, mais n’est pas arrivée partout.",
        "The backup is good, but did not reach every destination.",
    ),
    "backup": Text(
        "La copie a échoué ; les précédentes sont toujours là. Vérifiez l’espace disque et les droits d’accès.",
        "The backup failed; earlier backups are still there. Check the free disk space and the permissions.",
    ),
    "backup-runs": Text(
        "Une copie ou une répétition est déjà en cours : attendez qu’elle finisse.",
        "A backup or a restore drill is already running: wait until it has finished.",
    ),
    "chain-key": Text(
        "La clé des écritures a changé : lancez kiosk mend, puis redémarrez ce programme.",
        "The key for entries has changed: run kiosk mend, then restart this program.",
    ),
    "foreign-file": Text(
        "Un lien, ou autre chose qu’un simple fichier, occupe la place d’un fichier : ôtez-le.",
        "A link, or something other than a plain file, has replaced a file: remove it.",
    ),
    "copy-damaged": Text("Cette copie est abîmée : prenez-en une autre.", "This backup is damaged: use another one."),
    "copy-newer": Text(
        "Cette copie vient d’une version plus récente : mettez à jour, puis restaurez.",
        "This backup was made by a newer release: update, then restore.",
    ),
    "copy-of-tomorrow": Text(
        "Cette copie est plus récente que l’heure de la machine : réglez l’heure d’abord.",
        "This backup is newer than the machine’s clock: set the clock first.",
    ),
    "drill": Text(
        "La copie la plus récente ne peut pas être restaurée : faites-en une nouvelle, puis essayez-la.",
        "The latest backup cannot be restored: make another one, then test it.",
    ),
    "identity": Text(
        "Cette clé n’ouvre pas cette copie : relisez la copie papier des clés.",
        "This key does not open this backup: check the paper copy of the keys.",
    ),
    "identity-place": Text(
        "Ne gardez pas la clé dans le dossier qu’elle ouvre : choisissez un autre endroit.",
        "Do not keep the key in the folder it opens: choose another place.",
    ),
    "keyless": Text(
        "La copie est bonne, mais ne contient pas les clés.", "The backup is good, but does not contain the keys."
    ),
    "keys-differ": Text(
        "Les clés de la copie ne sont plus celles de la machine : faites une nouvelle copie.",
        "The backup’s keys no longer match the machine’s: make another backup.",
    ),
    "keys-wanted": Text(
        "Les clés de cette copie sont chiffrées, ou n’y sont pas : ajoutez --identity, avec la copie papier des clés.",
        "This backup’s keys are encrypted or missing: add --identity with the paper copy of the keys.",
    ),
    "known": Text(
        "--known demande une sorte et un numéro, comme receipt=812.",
        "--known needs a kind and a number, like receipt=812.",
    ),
    "known-too-far": Text(
        "Ce numéro est bien plus grand que celui de la copie : relisez ce que vous avez noté.",
        "This number is much higher than the backup’s: check what you wrote down.",
    ),
    "no-copy": Text("Il n’y a aucune copie : lancez kiosk backup.", "There is no backup: run kiosk backup."),
    "no-sealed-keys": Text(
        "Aucune copie n’a encore les clés : lancez kiosk keys new --write, puis kiosk backup.",
        "No backup contains the keys yet: run kiosk keys new --write, then kiosk backup.",
    ),
    "no-such-copy": Text(
        "Cette copie est introuvable ou illisible : vérifiez son chemin.",
        "This backup is missing or cannot be read: check its path.",
    ),
    "other-home": Text(
        "Cette copie est d’un autre espace : restaurez-la dans un autre dossier.",
        "This backup is from another home: restore it into a separate folder.",
    ),
    "training-copy": Text(
        "Cette copie vient du mode école, et cet espace est réel : si c’est voulu, lancez kiosk restore --training.",
        "This backup is from a training home, but this home is real: if this is intended, run kiosk "
        "restore --training.",
    ),
    "rclone": Text(
        "rclone n’a pas pu enregistrer ou rendre la copie : vérifiez le réseau et le compte de stockage.",
        "rclone could not store or return the backup: check the network and the storage account.",
    ),
    "recipient": Text(
        "Ce n’est pas une adresse d’age : écrivez age1 et les 58 caractères qui suivent.",
        "This is not an age recipient: enter age1 and the 58 characters that follow it.",
    ),
    "restic": Text(
        "restic n’a pas pu enregistrer ou rendre la copie : vérifiez le réseau et le dépôt.",
        "restic could not store or return the backup: check the network and the repository.",
    ),
    "restore": Text(
        "La restauration n’a pas pu être écrite sur le disque : rien n’a changé. Vérifiez la place libre "
        "et les droits.",
        "The restore could not be written to disk, so nothing has changed: check free space and permissions.",
    ),
    "sealed": Text(
        "Les données chiffrées sont abîmées : prenez une autre copie.",
        "The encrypted data is damaged: use another backup.",
    ),
    "stick": Text(
        "La clé USB n’a pas pu être écrite ou relue : prenez-en une autre.",
        "The USB stick could not be written or read back: use another one.",
    ),
    "stick-absent": Text(
        "Il n’y a pas de clé USB de ce nom : branchez-la.", "There is no USB stick with this name: plug the stick in."
    ),
    "stick-full": Text(
        "La clé USB est pleine : libérez de la place, ou prenez-en une plus grande.",
        "The USB stick is full: free some space, or use a larger one.",
    ),
    "stick-read-only": Text(
        "La clé USB ne peut pas être écrite : ôtez son verrou, ou prenez-en une autre.",
        "The USB stick is write-protected: unlock it, or use another one.",
    ),
    "stream-target": Text(
        "Litestream copie dans un dossier d’un autre disque : donnez son chemin complet, qui commence par /.",
        "Litestream copies to a folder on another disk: give its full path, starting with /.",
    ),
    "tool": Text(
        "Un programme de Debian ne démarre pas, ou ne finit pas : réessayez, puis voyez le journal du programme.",
        "A Debian program does not start or does not finish: try again, then check the program’s log.",
    ),
    "tool-missing": Text(
        "Un programme de Debian manque : installez-le avec apt-get install.",
        "A Debian program is missing: install it with apt-get install.",
    ),
}
