"""Lists what a check can find of the entrance and its devices, in words."""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Plural, Text

_OK, _WARN, _BAD = Level.OK, Level.WARN, Level.BAD

_START: Text = Text(
    "Ouvrez avec la clé. Relancez l’entrée : sudo systemctl restart kiosk-entrance, à la main : kiosk entrance.",
    "Open with the key. Start the entrance again: sudo systemctl restart kiosk-entrance, by hand: kiosk entrance.",
)
_OTHER: Text = Text(
    "Ouvrez-la avec la clé. Regardez sa machine : kiosk check ; la page « Portes » dit depuis quand.",
    "Open it with the key. Look at its machine: kiosk check; the page “Doors” says since when.",
)

ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("check", Text("Diagnostic", "Doctor")): (
        (
            "check-failed",
            _BAD,
            Text("le contrôle « {check} » a échoué : {fault}", "the check “{check}” failed: {fault}"),
            Text("Relancez avec sudo ; sinon, signalez-le avec cette ligne.", "Try with sudo; else report this line."),
        ),
        (
            "check-old",
            _WARN,
            Text("le dernier contrôle complet : il y a {age}", "the last whole check was {age} ago"),
            Text(
                "Lancez : sudo kiosk check --whole, et regardez : systemctl status kiosk-check.timer.",
                "Run: sudo kiosk check --whole, and look at: systemctl status kiosk-check.timer.",
            ),
        ),
    ),
    ("home", Text("Espace", "Home")): (
        ("home", _OK, Text("{path}", "{path}")),
        ("home-training", _OK, Text("{path}, mode école", "{path}, training mode")),
    ),
    ("settings", Text("Réglages", "Settings")): (
        ("settings", _OK, Text("kiosk.toml, accepté", "kiosk.toml, accepted")),
        (
            "settings-accepted",
            _BAD,
            Text(
                "les derniers acceptés sont en vigueur, pas kiosk.toml : {fault}",
                "the last accepted ones are in force, not kiosk.toml: {fault}",
            ),
            Text(
                "Corrigez : sudo kiosk config edit ; ou reprenez-les : sudo kiosk config edit --accepted. Relancez.",
                "Mend it: sudo kiosk config edit, or take these back: sudo kiosk config edit --accepted; then restart.",
            ),
        ),
        (
            "settings-waiting",
            _WARN,
            Text("{keys} : changé dans kiosk.toml, pas encore en vigueur", "{keys}: changed, and not in force yet"),
            Text(
                "Si c’est voulu : sudo kiosk config accept, puis relancez.",
                "If meant: sudo kiosk config accept, then restart.",
            ),
        ),
        (
            "settings-database",
            _BAD,
            Text(
                "kiosk.toml nomme une autre base que celle qui fut acceptée : aucune des deux n’est ouverte",
                "kiosk.toml names another database than the accepted one: neither is opened",
            ),
            Text(
                "Regardez database.url ; si c’est voulu : sudo kiosk config accept, puis relancez entrée et bureau.",
                "Look at database.url; if meant: sudo kiosk config accept, then restart entrance and desk.",
            ),
        ),
        (
            "settings-new",
            _WARN,
            Text(
                "kiosk.toml est en vigueur, sans avoir été accepté tel qu’il est",
                "kiosk.toml is in force, and was not accepted as it is",
            ),
            Text("sudo kiosk config accept", "sudo kiosk config accept"),
        ),
        (
            "settings-restart",
            _WARN,
            Text("l’entrée a démarré avec d’autres réglages", "the entrance was started with other settings"),
            Text("sudo systemctl restart kiosk-entrance", "sudo systemctl restart kiosk-entrance"),
        ),
    ),
    ("entrance", Text("Entrée", "Entrance")): (
        ("entrance", _OK, Text("répond, version {version}", "answers, version {version}")),
        (
            "entrance-of-another",
            _BAD,
            Text(
                "celle d’une autre installation répond au port {port}",
                "that of another home answers at port {port}",
            ),
            Text(
                "Arrêtez-la, ou donnez un autre screen.port à l’une des deux dans kiosk.toml.",
                "Stop it, or give one of the two another screen.port in kiosk.toml.",
            ),
        ),
        ("entrance-down", _BAD, Text("ne répond pas", "does not answer"), _START),
        ("entrance-silent", _BAD, Text("ne répond pas depuis {age}", "has not answered for {age}"), _START),
    ),
    ("reader", Text("Lecteur", "Reader")): (
        ("reader", _OK, Text("prêt", "ready")),
        ("reader-seen", _OK, Text("branché : {device}", "plugged in: {device}")),
        (
            "reader-offline",
            _BAD,
            Text("en panne", "down"),
            Text("Débranchez-le et rebranchez-le ; il est cherché sans fin.", "Unplug it and plug it in again."),
        ),
        (
            "reader-absent",
            _BAD,
            Text("aucun lecteur branché ne répond à {device}", "no reader is plugged in as {device}"),
            Text(
                "Vérifiez le câble et reader.device dans kiosk.toml ; la liste : lsusb, ls /dev/tty*.",
                "Check the cable, and reader.device in kiosk.toml; what there is: lsusb, ls /dev/tty*.",
            ),
        ),
        (
            "reader-unsupported",
            _BAD,
            Text(
                "le lecteur {usb} n’est pas de ceux que le logiciel conduit", "reader {usb} is none that can be driven"
            ),
            Text("Prenez un lecteur de la liste : docs/materiel.md.", "Take a reader of the list: docs/materiel.md."),
        ),
        (
            "reader-stolen",
            _BAD,
            Text("pris par un module du noyau : {modules}", "taken by a kernel module: {modules}"),
            Text(
                "sudo modprobe -r {modules} ; pour toujours : blacklist, docs/materiel.md.",
                "sudo modprobe -r {modules}; for good: blacklist, docs/materiel.md.",
            ),
        ),
        (
            "reader-pcscd",
            _WARN,
            Text("pcscd tourne et peut prendre le lecteur", "pcscd runs and may take the reader"),
            Text("sudo systemctl disable --now pcscd.socket pcscd", "sudo systemctl disable --now pcscd.socket pcscd"),
        ),
        (
            "reader-shared",
            _BAD,
            Text("tenu par plusieurs programmes ({device}) : {count}", "held by several programs ({device}): {count}"),
            Text(
                "Arrêtez l’autre : sudo fuser -v {device} les nomme.",
                "Stop the other one: sudo fuser -v {device} names them.",
            ),
        ),
    ),
    ("door", Text("Porte", "Door")): (
        ("door", _OK, Text("répond", "answers")),
        ("door-simulated", _OK, Text("simulée : rien ne s’ouvre", "simulated: nothing opens")),
        (
            "door-simulated-counts",
            _BAD,
            Text(
                "simulée : rien ne s’ouvre, et chaque passage est compté",
                "simulated: nothing opens, and every tap is counted",
            ),
            Text(
                "Dites real = true, lecteur et relais : sudo kiosk config edit, puis scripts/install ; ou arrêtez-la.",
                "Say real = true, the reader and the relay: sudo kiosk config edit, then scripts/install; or stop it.",
            ),
        ),
        (
            "door-fault",
            _BAD,
            Text("la serrure n’a pas répondu au dernier passage", "the lock did not answer at the last tap"),
            Text(
                "Ouvrez avec la clé ; vérifiez relais, alimentation, câbles.",
                "Use the key; check relay, supply, wiring.",
            ),
        ),
        ("relay", _OK, Text("le relais a été tiré {seconds} s", "the relay was driven for {seconds} s")),
        (
            "relay-fault",
            _BAD,
            Text("le relais n’a pas été tiré : {fault}", "the relay was not driven: {fault}"),
            Text(
                "Vérifiez GPIO, relais et câbles : docs/materiel.md.", "Check GPIO, relay and wiring: docs/materiel.md."
            ),
        ),
    ),
    ("lock", Text("Serrure", "Lock")): (
        ("lock", _OK, Text("{kind} répond à {address}", "{kind} answers at {address}")),
        (
            "lock-silent",
            _BAD,
            Text("la serrure ne répond pas : {fault}", "the lock does not answer: {fault}"),
            Text(
                "Ouvrez avec la clé ; vérifiez son courant, sa ligne, door.address : docs/serrures.md.",
                "Use the key; look at its current, its line, door.address: docs/serrures.md.",
            ),
        ),
        (
            "lock-unending",
            _BAD,
            Text(
                "la sortie de {kind} n’a pas de minuterie : elle n’ouvrira pas",
                "the output of {kind} has no timer: it will not open",
            ),
            Text(
                "Prenez un appareil dont la sortie est minutée : docs/serrures.md.",
                "Take a device whose output has a timer: docs/serrures.md.",
            ),
        ),
        (
            "lock-open",
            _WARN,
            Text(
                "la serrure à {address} obéit sans mot de passe à qui est sur sa ligne",
                "the lock at {address} obeys whoever is on its line, without a password",
            ),
            Text(
                "Donnez-lui un mot de passe ou une clé, et écrivez-les dans keys/entrance/lock.",
                "Give it a password or a key, and write that into keys/entrance/lock.",
            ),
        ),
        (
            "lock-battery",
            _WARN,
            Text("les piles de la serrure {kind} finissent", "the batteries of the lock {kind} end"),
            Text("Changez-les aujourd’hui ; gardez la clé sur vous.", "Change them today; keep the key with you."),
        ),
    ),
    ("gpio", Text("GPIO", "GPIO")): (
        ("gpio", _OK, Text("{chips}", "{chips}")),
        (
            "gpio-absent",
            _BAD,
            Text("cette machine n’a pas de broches GPIO", "this machine has no GPIO pins"),
            Text(
                "Une vraie porte veut un Raspberry Pi ; ailleurs, créez l’espace sans --real.",
                "A real door wants a Raspberry Pi; elsewhere, make the home without --real.",
            ),
        ),
        (
            "gpio-factory",
            _BAD,
            Text("la bibliothèque lgpio manque", "the lgpio library is missing"),
            Text(
                "sudo apt install python3-lgpio, puis scripts/install.",
                "sudo apt install python3-lgpio, scripts/install.",
            ),
        ),
        (
            "gpio-rights",
            _BAD,
            Text("{user} n’est pas du groupe {group}", "{user} is not in group {group}"),
            Text(
                "sudo adduser {user} {group}, puis relancez l’entrée.",
                "sudo adduser {user} {group}, and start the entrance again.",
            ),
        ),
    ),
    ("display", Text("Écran", "Display")): (
        ("display", _OK, Text("demande des nouvelles", "asks for news")),
        (
            "display-silent",
            _BAD,
            Text("n’a rien demandé depuis {age}", "has asked for nothing for {age}"),
            Text(
                "sudo systemctl restart kiosk-display ; sinon vérifiez son câble et son courant.",
                "sudo systemctl restart kiosk-display; else check its cable and its power.",
            ),
        ),
    ),
    ("doors", Text("Autre porte", "Other door")): (
        ("doors-well", _OK, Text("{door} : va bien", "{door}: well")),
        ("doors-never", _BAD, Text("{door} : n’a encore rien dit", "{door}: has not said anything"), _OTHER),
        ("doors-silent", _BAD, Text("{door} : muette depuis {age}", "{door}: nothing heard for {age}"), _OTHER),
        ("doors-reader", _BAD, Text("{door} : lecteur en panne", "{door}: reader down"), _OTHER),
        ("doors-lock", _BAD, Text("{door} : la serrure n’obéit pas", "{door}: its lock does not obey"), _OTHER),
        (
            "doors-records",
            _WARN,
            Text("{door} : laisse entrer, n’inscrit rien pour l’instant", "{door}: lets in, writes nothing for now"),
            Text(
                "Sa machine ne joint pas la base : son réseau, le serveur. Rien n’est perdu : docs/portes.md.",
                "Its machine does not reach the records: its network, the server. Nothing is lost: docs/portes.md.",
            ),
        ),
        (
            "doors-clock",
            _WARN,
            Text("{door} : son heure n’est pas sûre", "{door}: its clock is not sure"),
            Text(
                "Sur sa machine : kiosk clock confirm ; puis son réseau.",
                "On its machine: kiosk clock confirm; then its network.",
            ),
        ),
        (
            "doors-ill",
            _WARN,
            Text("{door} : laisse entrer, et signale un défaut", "{door}: lets in, and reports a fault"),
            Text("Sur sa machine, regardez lequel : kiosk check.", "On its machine, look which: kiosk check."),
        ),
        (
            "doors-waiting",
            _WARN,
            Plural(
                Text("{door} : {count} passage attend d’être compté", "{door}: {count} tap waits to be entered"),
                Text("{door} : {count} passages attendent d’être comptés", "{door}: {count} taps wait to be entered"),
            ),
            Text(
                "Attendez quelques minutes ; si cela dure, sur sa machine : kiosk check.",
                "Wait a few minutes; if it lasts, on its machine: kiosk check.",
            ),
        ),
        (
            "doors-aside",
            _BAD,
            Plural(
                Text("{door} : {count} passage n’a pas pu être compté", "{door}: {count} tap could not be entered"),
                Text(
                    "{door} : {count} passages n’ont pas pu être comptés", "{door}: {count} taps could not be entered"
                ),
            ),
            Text(
                "Sur sa machine, réglez chaque ligne de {file}, puis rangez-le ailleurs.",
                "On its machine, see to each line of {file}, then move it elsewhere.",
            ),
        ),
    ),
    ("clock", Text("Heure", "Clock")): (
        ("clock", _OK, Text("sûre", "sure")),
        (
            "clock-untrusted",
            _WARN,
            Text("à vérifier ; les passages sont gardés", "to be checked; taps are kept"),
            Text(
                "Attendez le réseau, ou confirmez l’heure : en haut des pages du bureau, ou kiosk clock confirm.",
                "Wait for the network, or confirm the clock: on top of the desk’s pages, or kiosk clock confirm.",
            ),
        ),
        (
            "clock-waiting",
            _WARN,
            Text("la source {source} ne l’a pas encore réglée", "source {source} has not set it yet"),
            Text(
                "Vérifiez le réseau ; timedatectl dit où en est la synchronisation.",
                "Check the network; timedatectl says how the synchronisation is.",
            ),
        ),
        (
            "clock-believed",
            _WARN,
            Text("crue sans preuve : clock.source = host", "believed without proof: clock.source = host"),
            Text(
                "Mettez clock.source = timesync, ou battery avec un module à pile, dans kiosk.toml.",
                "Set clock.source = timesync, or battery with a clock module, in kiosk.toml.",
            ),
        ),
    ),
}
