"""The installer's sentences, in French with English beside."""

from dataclasses import dataclass

from kiosk.language.catalogues import Language
from kiosk.language.texts import Text


@dataclass(frozen=True, slots=True)
class Words:
    """The installer's texts in one language, by key."""

    language: Language = "fr"

    def __call__(self, name: str, /, **values: object) -> str:
        """Return a text with its values filled in."""
        return TEXTS[name].to(self.language, **values)

    def of(self, text: Text, /, **values: object) -> str:
        """Return a text that is defined elsewhere, in this language."""
        return text.to(self.language, **values)


TEXTS: dict[str, Text] = {
    # What is asked. The first line is the question, the rest what helps to answer it.
    "ask-home": Text(
        "Vrais comptes, ou mode école ?\n"
        "  real : ce qui s'écrit compte. training : un espace pour apprendre, marqué partout, qui ne compte jamais.",
        "Real accounts, or training?\n  real: everything recorded counts. training: a home to practise with,"
        " marked everywhere, that never counts.",
    ),
    "ask-reader": Text("Quel lecteur de badges ?", "Which badge reader?"),
    "ask-lock": Text(
        "Qu'est-ce qui ouvre la porte ? Choix, prix et câblage : docs/serrures.md.",
        "What opens the door? Choice, prices and wiring: docs/serrures.md.",
    ),
    "ask-lock_address": Text(
        "Où est la serrure ? L'adresse en chiffres de l'appareil ou du courtier MQTT (192.168.1.50), ou sa ligne"
        " série (tty:USB1).",
        "Where is the lock? Enter the device's or the MQTT broker's address in digits (192.168.1.50), or its serial"
        " line (tty:USB1).",
    ),
    "ask-relay_pin": Text(
        "Sur quelle broche est le relais de la porte ? Le numéro BCM, de 0 à 27 (17 : la broche physique 11).",
        "Which pin is the door's relay on? BCM number, 0 to 27 (17 is physical pin 11).",
    ),
    "ask-relay_active_high": Text(
        "Le relais colle-t-il au niveau haut ? Si la notice dit « low level trigger », répondez non.",
        'Does the relay switch on at a high level? If its data sheet says "low level trigger", answer no.',
    ),
    "ask-host": Text(
        "Sous quel nom ouvrir le bureau depuis le réseau ? Par exemple kiosk.local ; - pour aucun.",
        "Under which name should the desk be reachable on the network? For example kiosk.local; - for none.",
    ),
    "ask-display": Text(
        "Un écran tactile est-il branché sur cette machine ?",
        "Is a touchscreen connected to this machine?",
    ),
    "ask-spool": Text(
        "Sur quel second support (clé USB) garder les passages quand la carte refuse d'écrire ?\n"
        "  Le chemin d'un dossier qui s'y trouve, déjà monté, comme /media/secours ; - pour aucun.",
        "Which second medium (such as a USB stick) should keep taps when the card cannot be written?\n"
        "  The path of a folder on it, already mounted, such as /media/spare; - for none.",
    ),
    "ask-recipient": Text(
        "Pour qui chiffrer les sauvegardes ?\n"
        "  Une clé publique age (age1…), dont la clé privée est sur papier (kiosk keys new) ; - pour plus tard.",
        "Who are backups encrypted for?\n  An age public key (age1...), whose private key is on paper (kiosk keys"
        " new); - for later.",
    ),
    "ask-tariffs": Text(
        "Partir d'un fichier de premiers tarifs et règles, ou d'un espace du mode école, dont les"
        " règles et les personnes sont copiées ? Donnez son chemin ; - pour les tarifs du dossier"
        " de 2011, à confirmer au bureau.",
        "Start from a file of first tariffs and rules, or from a training home whose rules and people are copied?"
        " Enter its path; - for the 2011 dossier's tariffs, to be confirmed at the desk.",
    ),
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    "none": Text("aucun", "none"),
    # What is wrong with an answer.
    "kind-str": Text("un texte", "a text"),
    "kind-int": Text("un nombre entier", "a whole number"),
    "kind-bool": Text("oui ou non (dans un fichier : true ou false)", "yes or no (in a file: true or false)"),
    "wrong-kind": Text("{key} = {value!r} : il faut {kind}", "{key} = {value!r}: expected {kind}"),
    "unknown-key": Text("clé inconnue {key}, connues ici : {known}", "unknown key {key}, known here: {known}"),
    "wrong-home": Text("home = {value!r} : il faut real ou training", "home = {value!r}: expected real or training"),
    "wrong-reader": Text(
        "reader = {value!r} : écrivez une de ces formes : {known}",
        "reader = {value!r}: expected one of {known}",
    ),
    "wrong-lock": Text(
        "lock = {value!r} : il faut un de ces mots : {known}",
        "lock = {value!r}: expected one of {known}",
    ),
    "wrong-lock_address": Text(
        "lock_address = {value!r} : il faut une adresse en chiffres, une ligne série comme tty:USB1, ou rien pour un"
        " relais",
        "lock_address = {value!r}: expected an address in digits, a serial line such as tty:USB1, or nothing for a"
        " relay",
    ),
    "wrong-lock_user": Text(
        "lock_user = {value!r} : il faut un nom de lettres et de chiffres",
        "lock_user = {value!r}: expected a name made of letters and digits",
    ),
    "wrong-relay_pin": Text(
        "relay_pin = {value} : il faut un numéro BCM de 0 à 27",
        "relay_pin = {value}: expected a BCM number from 0 to 27",
    ),
    "wrong-host": Text(
        "host = {value!r} : il faut un nom comme kiosk.local, en minuscules, sans https:// ni /",
        "host = {value!r}: expected a name such as kiosk.local, in lower case, without https:// and /",
    ),
    "wrong-spool": Text(
        "spool = {value!r} : il faut un dossier qui existe sur un autre support que /var/lib ; montez-le d'abord",
        "spool = {value!r}: expected an existing folder on a different disk from /var/lib; mount it first",
    ),
    "wrong-recipient": Text(
        "recipient = {value!r} : il faut une clé publique age : age1 et 58 caractères, sans faute de frappe (kiosk"
        " keys new)",
        "recipient = {value!r}: expected an age public key: age1 and 58 characters, typed exactly (kiosk keys new)",
    ),
    "wrong-tariffs": Text(
        "tariffs = {value!r} : il faut le chemin complet d'un fichier qui existe, ou d'un espace",
        "tariffs = {value!r}: expected the full path of an existing file or home",
    ),
    "real-wants-reader": Text(
        "un vrai espace (home = real) demande un vrai lecteur : {forms}",
        "a real home (home = real) needs a real reader: {forms}",
    ),
    "nobody-to-ask": Text(
        "il n'y a pas de terminal où poser les questions : utilisez --answers FICHIER (voir"
        " docs/examples/install.toml)",
        "no terminal to ask questions on: use --answers FILE (see docs/examples/install.toml)",
    ),
    # What stops it.
    "not-root": Text(
        "il faut les droits d'administration : lancez sudo scripts/install",
        "administrator rights needed: run sudo scripts/install",
    ),
    "wrong-system": Text(
        "cette machine est {found} ; il faut Debian 13 ou Raspberry Pi OS (Debian 13), 64 bits",
        "this machine is {found}; expected Debian 13 or Raspberry Pi OS (Debian 13), 64-bit",
    ),
    "no-pins": Text(
        "cette machine n'est pas un Raspberry Pi et n'a pas de broches pour une porte : prenez le mode école avec"
        " un lecteur simulé (home = training, reader = udp:localhost:54321)",
        "this machine is not a Raspberry Pi and has no pins for a door: choose a training home with a simulated"
        " reader (home = training, reader = udp:localhost:54321)",
    ),
    "other-kind": Text(
        "cette version est pour une machine {wanted}, et celle-ci est {here} : prenez l'autre archive",
        "this release is for {wanted} machines, and this one is {here}: use the archive for {here}",
    ),
    "no-pins-package": Text(
        "Debian n'a pas ici {names} : une vraie porte demande Raspberry Pi OS (Debian 13, 64 bits), qui l'a pour ses"
        " broches ; Debian seule, même sur un Pi, ne l'a pas. Installez Raspberry Pi OS Lite sur la carte",
        "Debian does not provide {names} here: a real door needs Raspberry Pi OS (Debian 13, 64-bit), which provides"
        " it for the pins; plain Debian, even on a Pi, does not. Install Raspberry Pi OS Lite on the card",
    ),
    "no-package": Text(
        "Debian n'a pas ici {names} : vérifiez /etc/apt/sources.list.d et le réseau, puis relancez",
        "Debian does not provide {names} here: check /etc/apt/sources.list.d and the network, then run this again",
    ),
    "no-source": Text(
        "{path} n'est ni un clone ni une version : il y faut pyproject.toml et kiosk/,"
        " ou kiosk-*.whl et requirements.txt",
        "{path} is neither a clone nor a release: expected pyproject.toml and kiosk/,"
        " or kiosk-*.whl and requirements.txt",
    ),
    "not-as-summed": Text(
        "{path} ne correspond pas à SHA256SUMS : téléchargez la version à nouveau",
        "{path} does not match SHA256SUMS: download the release again",
    ),
    "not-signed": Text(
        "{path} n'est pas signé par deux des clés des versions : téléchargez-le de nouveau, depuis l'endroit où"
        " vous avez comparé les clés",
        "{path} is not signed by two of the release keys: download it again from the place where you compared the keys",
    ),
    "no-ssh-keygen": Text(
        "il faut ssh-keygen pour vérifier la version : lancez sudo apt-get install openssh-client",
        "ssh-keygen is needed to verify the release: run sudo apt-get install openssh-client",
    ),
    "home-odd": Text(
        "/var/lib/kiosk n'est pas vide et n'a pas de kiosk.toml : lancez sudo kiosk config edit pour en faire un,"
        " ou videz ce dossier",
        "/var/lib/kiosk is not empty and has no kiosk.toml: run sudo kiosk config edit to make one, or empty the"
        " folder",
    ),
    "install-runs": Text(
        "une installation est déjà en cours sur cette machine : attendez qu'elle finisse",
        "an installation is already running on this machine: wait for it to finish",
    ),
    # Its steps.
    "title": Text("Installation de kiosk {version}", "Installing kiosk {version}"),
    "title-dry": Text(
        "Essai à blanc de l'installation de kiosk {version} : rien n'est changé",
        "Dry run of installing kiosk {version}: nothing will change",
    ),
    "step-packages": Text("Paquets Debian", "Debian packages"),
    "step-users": Text("Comptes du système", "System users"),
    "step-release": Text("Le programme", "The program"),
    "step-home": Text("L'espace", "The home"),
    "step-answers": Text("Enregistrement des réponses", "Saving the answers"),
    "step-current": Text("Passage à cette version", "Switching to this release"),
    "step-devices": Text("Lecteur, noyau, dossiers de travail", "Reader, kernel, runtime folders"),
    "step-units": Text("Services", "Services"),
    "step-proxy": Text("Le bureau sur le réseau", "The desk on the network"),
    "step-start": Text("Démarrage", "Start"),
    "as-it-should": Text("  (rien à changer)", "  (nothing to change)"),
    "no-systemd": Text(
        "  systemd ne tourne pas ici : les services démarreront avec la machine",
        "  systemd is not running here: the services will start with the machine",
    ),
    "no-systemctl": Text(
        "  systemd n'est pas installé : les services sont copiés et ne démarreront pas",
        "  systemd is not installed: the services are copied but will not start",
    ),
    "home-kept": Text(
        "  l'espace de /var/lib/kiosk est gardé tel qu'il est",
        "  the home at /var/lib/kiosk is left unchanged",
    ),
    "differs": Text(
        "  kiosk.toml dit {key} = {there} et votre réponse est {answer} : kiosk.toml n'est pas"
        " changé ; corrigez-le si besoin",
        "  kiosk.toml says {key} = {there}, your answer is {answer}: kiosk.toml is left unchanged, edit it if needed",
    ),
    "done": Text(
        "Fait. Changements : {count}. {version} est dans /opt/kiosk, l'espace dans /var/lib/kiosk.",
        "Done. Changes: {count}. {version} is in /opt/kiosk, and the home in /var/lib/kiosk.",
    ),
    "done-nothing": Text(
        "Rien à changer : {version} est installée comme il faut.",
        "Nothing to change: {version} is installed correctly.",
    ),
    "done-dry": Text(
        "Essai à blanc. Changements à faire : {count} ; aucun n'a été fait.",
        "Dry run. Changes to make: {count}; none was made.",
    ),
    "next": Text("Ensuite :", "Next:"),
    "next-reboot": Text(
        "redémarrer une fois (sudo reboot) : le noyau laisse alors le lecteur au programme",
        "restart once (sudo reboot), so that the kernel leaves the reader to the program",
    ),
    "next-check": Text("vérifier que tout va bien : sudo kiosk check", "check that everything works: sudo kiosk check"),
    "next-officer": Text(
        "créer votre compte au bureau par le lien ci-dessous, une fois, dans les 24 heures (un autre : sudo kiosk"
        " user first)",
        "create your desk account with the link below; it works once, within 24 hours (for another link: sudo kiosk"
        " user first)",
    ),
    "next-desk": Text("ouvrir le bureau : {address}", "open the desk: {address}"),
    "next-recipient": Text(
        "choisir pour qui les sauvegardes sont chiffrées (docs/copies.md) : jusque-là, elles restent ici",
        "choose who backups are encrypted for (docs/copies.md): until then they stay here",
    ),
    "next-spool": Text(
        "penser à un second support pour les passages (spool.path) : la carte peut tomber en panne",
        "consider a second medium for taps (spool.path): the card may fail",
    ),
    "proxy-kept": Text(
        "  /etc/caddy/Caddyfile est à vous et n'est pas changé : copiez-y ce qu'il faut de {template}",
        "  /etc/caddy/Caddyfile is yours and is left unchanged: copy what you need from {template}",
    ),
    "next-name": Text(
        "donner son nom à la machine : sudo hostnamectl hostname {host}",
        "give the machine its name: sudo hostnamectl hostname {host}",
    ),
    "next-firewall": Text(
        "pare-feu : rien n'est changé ; n'ouvrez que 22, 80 et 443 (docs/examples/nftables.conf)",
        "firewall: unchanged; open only 22, 80 and 443 (docs/examples/nftables.conf)",
    ),
    "interrupted": Text(
        "interrompu : relancez la même commande, elle reprend où il faut",
        "interrupted: run the same command again, it resumes where it stopped",
    ),
    # Taking it away.
    "title-removal": Text("Retrait de kiosk", "Removing kiosk"),
    "title-removal-dry": Text(
        "Essai à blanc du retrait de kiosk : rien n'est changé",
        "Dry run of removing kiosk: nothing will change",
    ),
    "removed": Text(
        "Fait. Restent : l'espace /var/lib/kiosk (comptes, clés, sauvegardes), /etc/kiosk,\n"
        "et les comptes du système qui possèdent ces fichiers. scripts/install les retrouve.",
        "Done. Left in place: the home /var/lib/kiosk (accounts, keys, backups), /etc/kiosk,\n"
        "and the system users who own these files. scripts/install will find them again.",
    ),
    "nothing-removed": Text(
        "Rien à retirer : kiosk n'est pas installé ici. Un espace dans /var/lib/kiosk serait gardé.",
        "Nothing to remove: kiosk is not installed here. A home in /var/lib/kiosk would be kept.",
    ),
}
