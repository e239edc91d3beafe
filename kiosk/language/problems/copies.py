"""Words for what is wrong with copies, keys on paper and places where copies go."""

from kiosk.language.texts import Text

PROBLEMS = {
    "age": Text(
        "Rien n’a pu être chiffré : vérifiez la place libre.", "Nothing could be sealed: look at the free space."
    ),
    "away": Text(
        "La copie est bonne, mais n’est pas arrivée partout.", "The copy is good, but did not arrive everywhere."
    ),
    "backup": Text(
        "Une copie n’a pas pu être faite, les anciennes restent : vérifiez la place libre et les droits.",
        "A copy could not be made, older ones stay: look at free space and permissions.",
    ),
    "backup-runs": Text(
        "Une copie ou une répétition est déjà en cours : attendez.",
        "A backup or a drill is under way already: wait for it.",
    ),
    "chain-key": Text(
        "La clé des écritures est une autre maintenant : kiosk mend, puis redémarrez ce programme.",
        "Entries have another key now: kiosk mend, then start this program again.",
    ),
    "foreign-file": Text(
        "Un lien, ou autre chose qu’un simple fichier, est à la place d’un fichier : ôtez-le.",
        "A link, or something else than a plain file, is in a file’s place: take it away.",
    ),
    "copy-damaged": Text("Cette copie est abîmée : prenez-en une autre.", "This copy is damaged: take another one."),
    "copy-newer": Text(
        "Cette copie vient d’une version plus récente : mettez à jour, puis restaurez.",
        "This copy was made by a newer release: update, then restore.",
    ),
    "copy-of-tomorrow": Text(
        "Cette copie est plus récente que l’heure de la machine : réglez l’heure d’abord.",
        "This copy is newer than the machine’s clock: set the clock first.",
    ),
    "drill": Text(
        "La copie la plus récente ne peut pas être restaurée : faites-en une nouvelle, puis essayez-la.",
        "The newest copy cannot be restored: make another, then try that.",
    ),
    "identity": Text(
        "Ce n’est pas la clé qui ouvre cette copie : relisez la page papier.",
        "This is not the identity that it was sealed for: read the paper copy again.",
    ),
    "identity-place": Text(
        "La clé ne se garde pas dans le dossier qu’elle ouvre : choisissez un autre endroit.",
        "The identity is not kept in the folder that it opens: choose another place.",
    ),
    "keyless": Text("La copie est bonne, mais sans les clés.", "The copy is good, but without the keys."),
    "keys-differ": Text(
        "Les clés de la copie ne sont plus celles de la machine : faites une nouvelle copie.",
        "The copy’s keys are the machine’s no more: make another copy.",
    ),
    "keys-wanted": Text(
        "Les clés de cette copie sont chiffrées, ou n’y sont pas : --identity, avec la page papier.",
        "This copy’s keys are sealed, or not in it: --identity, with the paper copy.",
    ),
    "known": Text(
        "--known veut une sorte et un numéro, comme receipt=812.",
        "--known wants a kind and a number, like receipt=812.",
    ),
    "known-too-far": Text(
        "Ce numéro est trop loin après celui de la copie : relisez ce qui fut noté.",
        "This number is too far after the copy’s: read again what was noted.",
    ),
    "no-copy": Text("Il n’y a aucune copie : kiosk backup.", "There is no copy: kiosk backup."),
    "no-sealed-keys": Text(
        "Aucune copie n’a encore les clés : kiosk keys new --write, puis kiosk backup.",
        "No copy has the keys yet: kiosk keys new --write, then kiosk backup.",
    ),
    "no-such-copy": Text("Cette copie n’est pas là, ou ne se lit pas.", "This copy is not there, or cannot be read."),
    "other-home": Text(
        "Cette copie est d’un autre espace : restaurez-la dans un dossier à elle.",
        "This is another home’s copy: restore it into a folder of its own.",
    ),
    "training-copy": Text(
        "Cette copie est du mode école, et cet espace est un vrai : kiosk restore --training, si c’est voulu.",
        "This is a copy of a training home, and this home is real: kiosk restore --training, if that is wanted.",
    ),
    "rclone": Text(
        "rclone n’a pas pris, ou pas rendu, la copie : vérifiez le réseau et le compte là-bas.",
        "rclone did not take the copy, or not give it back: look at the network and the account there.",
    ),
    "recipient": Text(
        "Ce n’est pas une adresse d’age : age1 et 58 caractères.", "This is no recipient of age: age1 and 58 signs."
    ),
    "restic": Text(
        "restic n’a pas pris, ou pas rendu, la copie : vérifiez le réseau et le dépôt.",
        "restic did not take the copy, or not give it back: look at the network and the repository.",
    ),
    "restore": Text(
        "Le disque ne prend pas la restauration, rien n’a changé : vérifiez la place libre et les droits.",
        "The disk does not take what is restored, nothing has changed: look at free space and permissions.",
    ),
    "sealed": Text(
        "Ce qui est chiffré est abîmé : prenez une autre copie.", "What is sealed is damaged: take another copy."
    ),
    "stick": Text(
        "La clé USB ne s’écrit ou ne se relit pas bien : prenez-en une autre.",
        "The stick is not written or read back well: take another one.",
    ),
    "stick-absent": Text(
        "Il n’y a pas de clé USB de ce nom : branchez-la.", "There is no stick of this name: plug it in."
    ),
    "stick-full": Text(
        "La clé USB est pleine : libérez de la place, ou prenez-en une plus grande.",
        "The stick is full: make room on it, or take a larger one.",
    ),
    "stick-read-only": Text(
        "La clé USB ne peut pas être écrite : ôtez son verrou, ou prenez-en une autre.",
        "The stick cannot be written: open its lock, or take another one.",
    ),
    "stream-target": Text(
        "Litestream copie dans un dossier d’un autre disque : donnez son chemin complet, qui commence par /.",
        "Litestream copies into a folder of another disk, named from / on.",
    ),
    "tool": Text(
        "Un programme de Debian ne démarre pas, ou n’en finit pas.",
        "A program of Debian does not start, or does not end.",
    ),
    "tool-missing": Text(
        "Un programme de Debian manque : apt-get install.", "A program of Debian is missing: apt-get install."
    ),
}
