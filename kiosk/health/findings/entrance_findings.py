"""Lists the findings about the entrance and its devices, in words, each with its level and its remedy."""

from collections.abc import Mapping

from kiosk.domain.health.findings import Level, Row
from kiosk.language.texts import Plural, Text

_OK, _WARN, _BAD = Level.OK, Level.WARN, Level.BAD

_START: Text = Text(
    "Ouvrez la porte avec la clé. Pour relancer l’entrée, lancez sudo systemctl restart kiosk-entrance (ou kiosk"
    " entrance, si l’entrée est lancée à la main).",
    "Open the door with the key. To restart the entrance, run sudo systemctl restart kiosk-entrance (or kiosk"
    " entrance, if the entrance was started by hand).",
)
_OTHER: Text = Text(
    "Ouvrez cette porte avec la clé. Sur la machine de la porte, lancez kiosk check ; la page « Portes » dit"
    " depuis quand la panne dure.",
    "Open this door with the key. On the door’s machine, run kiosk check; the “Doors” page shows when the fault began.",
)

# By topic (its code and name) the findings: code, level, sentence, remedy.
ROWS: Mapping[tuple[str, Text], tuple[Row, ...]] = {
    ("check", Text("Diagnostic", "Diagnostics")): (
        (
            "check-failed",
            _BAD,
            Text("le contrôle « {check} » a échoué : {fault}", "the check “{check}” failed: {fault}"),
            Text(
                "Relancez le contrôle avec sudo ; s’il échoue encore, signalez cette ligne.",
                "Run the check again with sudo; if the check still fails, report this line.",
            ),
        ),
        (
            "check-old",
            _WARN,
            Text("le dernier contrôle complet date d’il y a {age}", "the last full check was {age} ago"),
            Text(
                "Lancez sudo kiosk check --whole ; regardez ensuite systemctl status kiosk-check.timer.",
                "Run sudo kiosk check --whole; then check systemctl status kiosk-check.timer.",
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
                "les derniers réglages acceptés sont en vigueur, pas kiosk.toml : {fault}",
                "the last accepted settings apply instead of kiosk.toml: {fault}",
            ),
            Text(
                "Corrigez kiosk.toml avec sudo kiosk config edit, ou reprenez les réglages acceptés avec sudo kiosk"
                " config edit --accepted. Relancez ensuite l’entrée et le bureau.",
                "Fix kiosk.toml with sudo kiosk config edit, or restore the accepted settings with sudo kiosk config"
                " edit --accepted. Then restart the entrance and the desk.",
            ),
        ),
        (
            "settings-waiting",
            _WARN,
            Text(
                "{keys} : changé dans kiosk.toml, pas encore en vigueur",
                "{keys}: changed in kiosk.toml but not in force yet",
            ),
            Text(
                "Si le changement est voulu, lancez sudo kiosk config accept, puis relancez l’entrée et le bureau.",
                "If the change is intended, run sudo kiosk config accept, then restart the entrance and the desk.",
            ),
        ),
        (
            "settings-database",
            _BAD,
            Text(
                "kiosk.toml nomme une autre base que la base acceptée : aucune des deux n’est ouverte",
                "kiosk.toml names a database other than the accepted one: neither is opened",
            ),
            Text(
                "Vérifiez database.url ; si le changement est voulu, lancez sudo kiosk config accept, puis relancez"
                " l’entrée et le bureau.",
                "Check database.url; if the change is intended, run sudo kiosk config accept, then restart the"
                " entrance and the desk.",
            ),
        ),
        (
            "settings-new",
            _WARN,
            Text(
                "kiosk.toml est en vigueur, mais n’a pas été accepté",
                "kiosk.toml is in force but has not been accepted",
            ),
            Text("Lancez sudo kiosk config accept.", "Run sudo kiosk config accept."),
        ),
        (
            "settings-restart",
            _WARN,
            Text("l’entrée a démarré avec d’autres réglages", "the entrance was started with different settings"),
            Text("Lancez sudo systemctl restart kiosk-entrance.", "Run sudo systemctl restart kiosk-entrance."),
        ),
    ),
    ("entrance", Text("Entrée", "Entrance")): (
        ("entrance", _OK, Text("répond, version {version}", "responds, version {version}")),
        (
            "entrance-of-another",
            _BAD,
            Text(
                "l’entrée d’une autre installation occupe le port {port}",
                "the entrance of another installation is using port {port}",
            ),
            Text(
                "Arrêtez cette entrée, ou donnez un autre screen.port à l’une des deux installations dans"
                " son kiosk.toml.",
                "Stop that entrance, or give one of the two installations another screen.port in its kiosk.toml.",
            ),
        ),
        ("entrance-down", _BAD, Text("ne répond pas", "does not respond"), _START),
        ("entrance-silent", _BAD, Text("ne répond pas depuis {age}", "has not responded for {age}"), _START),
    ),
    ("reader", Text("Lecteur", "Reader")): (
        ("reader", _OK, Text("prêt", "ready")),
        ("reader-seen", _OK, Text("branché : {device}", "plugged in: {device}")),
        (
            "reader-offline",
            _BAD,
            Text("en panne", "not working"),
            Text(
                "Débranchez le lecteur et rebranchez-le ; la borne continue de le chercher.",
                "Unplug the reader and plug it back in; the kiosk keeps looking for it.",
            ),
        ),
        (
            "reader-absent",
            _BAD,
            Text("aucun lecteur branché ne répond à {device}", "no connected reader responds at {device}"),
            Text(
                "Vérifiez le câble, et reader.device dans kiosk.toml ; pour voir les appareils branchés, lancez"
                " lsusb et ls /dev/tty*.",
                "Check the cable, and reader.device in kiosk.toml; to list the devices, run lsusb and ls /dev/tty*.",
            ),
        ),
        (
            "reader-unsupported",
            _BAD,
            Text("le lecteur {usb} n’est pas pris en charge", "reader {usb} is not supported"),
            Text(
                "Prenez un lecteur de la liste : docs/materiel.md.", "Use a reader from the list in docs/materiel.md."
            ),
        ),
        (
            "reader-stolen",
            _BAD,
            Text("pris par un module du noyau : {modules}", "taken by a kernel module: {modules}"),
            Text(
                "Lancez sudo modprobe -r {modules} ; pour que ces modules restent absents, mettez-les sur la liste «"
                " blacklist » : docs/materiel.md.",
                "Run sudo modprobe -r {modules}; to keep these modules out for good, blacklist them: docs/materiel.md.",
            ),
        ),
        (
            "reader-pcscd",
            _WARN,
            Text("pcscd tourne et peut prendre le lecteur", "pcscd is running and may take over the reader"),
            Text(
                "Lancez sudo systemctl disable --now pcscd.socket pcscd.",
                "Run sudo systemctl disable --now pcscd.socket pcscd.",
            ),
        ),
        (
            "reader-shared",
            _BAD,
            Text(
                "utilisé par plusieurs programmes ({device}) : {count}",
                "in use by several programs ({device}): {count}",
            ),
            Text(
                "Arrêtez l’autre programme : sudo fuser -v {device} liste les programmes qui utilisent le lecteur.",
                "Stop the other program: sudo fuser -v {device} lists the programs that use the reader.",
            ),
        ),
    ),
    ("door", Text("Porte", "Door")): (
        ("door", _OK, Text("répond", "responds")),
        ("door-simulated", _OK, Text("simulée : rien ne s’ouvre", "simulated: nothing opens")),
        (
            "door-simulated-counts",
            _BAD,
            Text(
                "simulée : rien ne s’ouvre, et chaque passage est compté",
                "simulated: nothing opens, yet every tap is counted",
            ),
            Text(
                "Réglez real = true, le lecteur et le relais avec sudo kiosk config edit, puis lancez"
                " scripts/install ; ou arrêtez l’entrée.",
                "Run sudo kiosk config edit, set real = true and enter the reader and the relay, then run"
                " scripts/install; or stop the entrance.",
            ),
        ),
        (
            "door-fault",
            _BAD,
            Text("la serrure n’a pas répondu au dernier passage", "the lock did not respond at the last tap"),
            Text(
                "Ouvrez la porte avec la clé ; vérifiez le relais, son alimentation et les câbles.",
                "Open the door with the key; check the relay, its power supply and the wiring.",
            ),
        ),
        ("relay", _OK, Text("le relais a été actionné pendant {seconds} s", "the relay was activated for {seconds} s")),
        (
            "relay-fault",
            _BAD,
            Text("le relais n’a pas été actionné : {fault}", "the relay was not activated: {fault}"),
            Text(
                "Vérifiez GPIO, relais et câbles : docs/materiel.md.", "Check GPIO, relay and wiring: docs/materiel.md."
            ),
        ),
    ),
    ("lock", Text("Serrure", "Lock")): (
        ("lock", _OK, Text("{kind} répond à l’adresse {address}", "{kind} responds at {address}")),
        (
            "lock-silent",
            _BAD,
            Text("la serrure ne répond pas : {fault}", "the lock does not respond: {fault}"),
            Text(
                "Ouvrez la porte avec la clé ; vérifiez l’alimentation de la serrure, sa ligne et door.address :"
                " docs/serrures.md.",
                "Open the door with the key. Check the lock’s power, its cable and door.address: see docs/serrures.md.",
            ),
        ),
        (
            "lock-unending",
            _BAD,
            Text(
                "la sortie de {kind} n’a pas de minuterie : la porte ne s’ouvrira pas",
                "the {kind} output has no timer: the door will not open",
            ),
            Text(
                "Prenez un appareil dont la sortie est minutée : docs/serrures.md.",
                "Use a device with a timed output: docs/serrures.md.",
            ),
        ),
        (
            "lock-open",
            _WARN,
            Text(
                "la serrure à {address} obéit sans mot de passe à toute machine sur sa ligne",
                "the lock at {address} obeys any machine on its line without a password",
            ),
            Text(
                "Donnez à la serrure un mot de passe ou une clé, et écrivez ce secret dans keys/entrance/lock.",
                "Set a password or a key on the lock, and write this secret in keys/entrance/lock.",
            ),
        ),
        (
            "lock-battery",
            _WARN,
            Text(
                "les piles de la serrure {kind} sont presque vides", "the batteries of the {kind} lock are almost empty"
            ),
            Text(
                "Changez les piles aujourd’hui ; gardez la clé sur vous.",
                "Change the batteries today; keep the key with you.",
            ),
        ),
    ),
    ("gpio", Text("GPIO", "GPIO")): (
        ("gpio", _OK, Text("{chips}", "{chips}")),
        (
            "gpio-absent",
            _BAD,
            Text("cette machine n’a pas de broches GPIO", "this machine has no GPIO pins"),
            Text(
                "Une vraie porte demande un Raspberry Pi ; ailleurs, créez l’espace sans --real.",
                "A real door needs a Raspberry Pi; elsewhere, create the home without --real.",
            ),
        ),
        (
            "gpio-factory",
            _BAD,
            Text("la bibliothèque lgpio manque", "the lgpio library is missing"),
            Text(
                "Lancez sudo apt install python3-lgpio, puis scripts/install.",
                "Run sudo apt install python3-lgpio, then scripts/install.",
            ),
        ),
        (
            "gpio-rights",
            _BAD,
            Text("{user} n’est pas dans le groupe {group}", "{user} is not in the group {group}"),
            Text(
                "Lancez sudo adduser {user} {group}, puis relancez l’entrée.",
                "Run sudo adduser {user} {group}, then restart the entrance.",
            ),
        ),
    ),
    ("display", Text("Écran", "Display")): (
        ("display", _OK, Text("interroge l’entrée normalement", "contacts the entrance normally")),
        (
            "display-silent",
            _BAD,
            Text("n’interroge plus l’entrée depuis {age}", "has not contacted the entrance for {age}"),
            Text(
                "Lancez sudo systemctl restart kiosk-display ; si l’écran ne répond toujours pas, vérifiez son câble"
                " et son courant.",
                "Run sudo systemctl restart kiosk-display; if the display still does not respond, check its cable"
                " and power.",
            ),
        ),
    ),
    ("doors", Text("Autre porte", "Other door")): (
        ("doors-well", _OK, Text("{door} : va bien", "{door}: OK")),
        ("doors-never", _BAD, Text("{door} : n’a encore rien signalé", "{door}: has not reported yet"), _OTHER),
        (
            "doors-silent",
            _BAD,
            Text("{door} : ne répond pas depuis {age}", "{door}: has not responded for {age}"),
            _OTHER,
        ),
        ("doors-reader", _BAD, Text("{door} : lecteur en panne", "{door}: reader not working"), _OTHER),
        ("doors-lock", _BAD, Text("{door} : la serrure ne réagit pas", "{door}: the lock does not respond"), _OTHER),
        (
            "doors-records",
            _WARN,
            Text(
                "{door} : laisse entrer, mais n’enregistre rien pour l’instant",
                "{door}: lets people in, but records nothing for now",
            ),
            Text(
                "La machine de cette porte ne joint pas la base : vérifiez son réseau et le serveur. Rien n’est"
                " perdu : docs/portes.md.",
                "The door’s machine cannot reach the database: check the machine’s network and the server."
                " Nothing is lost: docs/portes.md.",
            ),
        ),
        (
            "doors-clock",
            _WARN,
            Text("{door} : l’heure de la porte n’est pas sûre", "{door}: the door’s clock is not trusted"),
            Text(
                "Sur la machine de la porte, lancez kiosk clock confirm, puis vérifiez son réseau.",
                "On the door’s machine, run kiosk clock confirm, then check its network.",
            ),
        ),
        (
            "doors-apart",
            _WARN,
            Text(
                "{door} : l’heure de la porte et celle du serveur diffèrent de {apart}",
                "{door}: the clocks of the door and the server differ by {apart}",
            ),
            Text(
                "Réglez l’heure de la machine de la porte et celle du serveur : lancez timedatectl sur chacune.",
                "Set the clock on the door’s machine and on the server: run timedatectl on each.",
            ),
        ),
        (
            "doors-ill",
            _WARN,
            Text("{door} : laisse entrer, mais signale un défaut", "{door}: lets people in, but reports a fault"),
            Text(
                "Sur la machine de la porte, lancez kiosk check pour connaître le défaut.",
                "On the door’s machine, run kiosk check to see what the fault is.",
            ),
        ),
        (
            "doors-waiting",
            _WARN,
            Plural(
                Text(
                    "{door} : {count} passage attend depuis {age} d’être compté",
                    "{door}: {count} tap has been waiting to be recorded for {age}",
                ),
                Text(
                    "{door} : {count} passages attendent d’être comptés, le premier depuis {age}",
                    "{door}: {count} taps are waiting to be recorded, the first for {age}",
                ),
            ),
            Text(
                "Attendez quelques minutes. Si le problème persiste, lancez kiosk check sur la machine de la porte.",
                "Wait a few minutes. If the problem persists, run kiosk check on the door’s machine.",
            ),
        ),
        (
            "doors-aside",
            _BAD,
            Plural(
                Text("{door} : {count} passage n’a pas pu être compté", "{door}: {count} tap could not be recorded"),
                Text(
                    "{door} : {count} passages n’ont pas pu être comptés", "{door}: {count} taps could not be recorded"
                ),
            ),
            Text(
                "Sur la machine de la porte, traitez chaque ligne de {file}, puis rangez ce fichier ailleurs.",
                "On the door’s machine, deal with each line of {file}, then move the file elsewhere.",
            ),
        ),
    ),
    ("clock", Text("Heure", "Clock")): (
        ("clock", _OK, Text("sûre", "trusted")),
        (
            "clock-untrusted",
            _WARN,
            Text("à vérifier ; les passages sont gardés", "needs checking; taps are stored in the meantime"),
            Text(
                "Attendez le réseau, ou confirmez l’heure en haut des pages du bureau, ou avec kiosk clock confirm.",
                "Wait for the network, or confirm the time at the top of the desk’s pages, or with kiosk"
                " clock confirm.",
            ),
        ),
        (
            "clock-waiting",
            _WARN,
            Text(
                "la source {source} n’a pas encore réglé l’heure", "the time source {source} has not set the clock yet"
            ),
            Text(
                "Vérifiez le réseau ; timedatectl dit où en est la synchronisation.",
                "Check the network; timedatectl shows the synchronisation status.",
            ),
        ),
        (
            "clock-believed",
            _WARN,
            Text("admise sans preuve : clock.source = host", "trusted without proof: clock.source = host"),
            Text(
                "Mettez clock.source = timesync, ou battery avec un module à pile, dans kiosk.toml.",
                "Set clock.source to timesync, or to battery with a battery-backed clock module, in kiosk.toml.",
            ),
        ),
    ),
}
