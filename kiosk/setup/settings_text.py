"""Writes the first kiosk.toml of a new home: every setting, each with a comment about its use.

The comments about kinds of readers and locks are with these, in `domain/devices/`.
"""

import textwrap

from kiosk.domain.devices import locks, readers

_WIDTH = 120  # of a line, its mark included


def _comment(words: str) -> str:
    """Return words as comment lines of the file."""
    return textwrap.fill(words, _WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False) + "\n"


def _readers() -> str:
    """Return the comment that lists the readers, from their own table."""
    kinds = [kind.sample for kind in readers.KINDS]
    return _comment(f"How the reader is reached: {', '.join(kinds)}. Which to buy: docs/materiel.md.")


def _locks() -> str:
    """Return the comment that lists the locks, from their own table."""
    kinds = "; ".join(f'"{kind.name}", {kind.sample}' for kind in locks.KINDS.values())
    keys = "A password or a key is the only line of keys/entrance/lock. After a change: scripts/install."
    return _comment(f"What releases the lock: {kinds}. {keys} How to choose: docs/serrures.md.")


def _options() -> str:
    """Return the commented options of all kinds of locks."""
    lines = []
    for kind in locks.KINDS.values():
        lines += [_comment(kind.own)] if kind.own else []
        lines += [f"# {option.key} = {option.sample}\n" for option in kind.options]
    return "".join(lines)


_HEAD = """\
# kiosk.toml: what this machine is. The association's own rules (tariffs, grace, limits) are not in here.
# Its last line is `# end`: without it the file was cut, and is refused.
# Change it with `kiosk config edit`. A wrong key or value is named, and then what was accepted before goes on.

# Chosen when the home was made: a real home wants a real reader and real pins, and never falls back to simulated ones.
real = {real}

# What the screen speaks before it knows who stands there: "fr", "en", or another that is offered.
language = "fr"
time_zone = "Europe/Paris"

[reader]
"""
_READER = """\
device = "{device}"

[door]
"""
_LOCK = """\
lock = "relay"
# address = "192.168.1.50"
# Pins by their BCM number (0 to 27).
relay_pin = 17
# false for a relay board that switches on at low level.
relay_active_high = true
# How long the lock is released, and what no pulse is ever longer than, whatever asks for it (seconds, 60 at most).
pulse_seconds = 3.0
longest_pulse_seconds = 10.0
# Lights and buzzer are optional: take the mark away where they are wired.
# green_pin = 22
# red_pin = 23
# buzzer_pin = 24
# A bell or a chime inside, for "Aide" and for visitors. Without one the screen says whom to call, never that it rings.
# bell_pin = 25
# Which of the space's doors this is: `kiosk doors join` writes it where there are several.
# number = 1

[lock]
"""
_REST = """\

# One more door of this same machine, with a reader and a relay of its own; run by `kiosk entrance --door 2`.
# [[more_doors]]
# number = 2
# reader = "tty:USB1:pn532"
# relay_pin = 27
# relay_active_high = true
# screen_port = 8082

[database]
# Without a URL the records are in db/ledger.db. `kiosk move --to URL` takes them to a PostgreSQL server that several
# doors share, and writes its address here.
# url = "postgresql://kiosk@db.example.org:5432/kiosk"

[spool]
# Where taps wait that cannot be entered at once (a full disk, a read-only card, an unsure clock): a folder in the home,
# or better one on another device, such as a USB stick.
path = "spool"
# And where they go when that cannot be written either: memory, lost with the power. The screen says so.
last_resort = "/dev/shm"

[clock]
# What stands for the machine's clock: "host" (it is believed), "battery" (a clock module keeps it), "timesync"
# (systemd-timesyncd has set it), or "flag:/run/..." (a file that chrony's unit writes once it has).
source = "{clock}"

[screen]
# The touchscreen's page, on this machine only.
port = {screen_port}
# false where no display is wired: a door by badge and lights alone. `kiosk check` does not miss it then.
display = true
# Between these hours it is dark until somebody touches it, and silent; the same hour twice: never.
dims_from = 22
dims_until = 7
# The side that the reader is on: the arrow and the buttons go there ("right" or "left").
hand = "right"
# "high" for black and white, and "large" for larger text, for everybody. Larger text is also a member's own choice.
contrast = "normal"
text = "normal"
# How loud the verdicts' tones are, from 0 (none) to 100; half of it in training. Chromium plays them if it is started
# with --autoplay-policy=no-user-gesture-required.
volume = 20
# For who presses one switch, which sends a key or a click: so many seconds the ring stays on a button; 0: no ring.
scan_seconds = 0
# true: after its tone a verdict is said in a sentence, in the member's language, and never with a name.
voice = false

[desk]
# The office's pages, on this machine only: a TLS proxy makes them known to the network, by a name that is listed here.
port = {desk_port}
hosts = ["localhost", "127.0.0.1"]
# The address that the proxy asks from, if there is one: it alone may say for whom it asks.
# proxy = "127.0.0.1"

[mail]
# Links for officers are sent where a server is named; else they are shown, to be handed over. The password of user, if
# the server wants one, is the only line of keys/outside/mail.
# server = "smtp.example.org:587"
# sender = "bureau@example.org"
# user = "bureau@example.org"

[pages]
# Members' pages for their own telephones, where they have any: the address that a proxy makes known, by TLS; from where
# it can be reached (house: its Wi-Fi alone, anywhere: the internet); and their port, on this machine only.
# address = "https://membres.example.org"
# reach = "house"
# port = 8090

[online]
# The association's account at HelloAsso, where members may pay online on these pages: its name in addresses there, and
# the number of its key. The key's secret is told by: kiosk online secret.
# organisation = "la-coroutine"
# client = "9fdc22226bf24ff99b875f4a7c503715"

[backup]
# Copies are made every hour in backups/. Kept are the newest of so many hours, days and weeks (0: none), none of them
# for more than 90 days; and of so many months, without door events and without hours of coming and going.
hours = 24
days = 14
weeks = 8
months = 12
# What leaves the house is sealed for this recipient; what opens it (kiosk keys new) is on paper, never on this machine.
# recipient = "age1..."
# A USB stick by its file system's label, and places that rclone or restic know (their keys lie in keys/backup/).
# stick = "KIOSK"
# places = ["rclone:nas:kiosk", "restic:rest:https://backup.example.org/kiosk"]

[update]
# Where releases come from: a folder or https://.../ (kiosk update --check looks there).
# source = "https://releases.example.org/kiosk"
# The keys that they are signed with: two of three. Only root may write that file.
key = "/etc/kiosk/release.pub"
# true: a newer release is installed by itself, between these hours, when nobody is at the door.
automatic = false
hours = [2, 5]

# end
"""


def text(*, real: str, device: str, screen_port: int, desk_port: int, clock: str) -> str:
    """Return the file of a new home; `real` is "true" or "false"."""
    whole = _HEAD + _readers() + _READER + _locks() + _LOCK + _options() + _REST
    return whole.format(real=real, device=device, screen_port=screen_port, desk_port=desk_port, clock=clock)


def unsettled() -> str:
    """Return the text for a home that lost its file; a person has to fill in whether the home is real."""
    lost = text(real="?", device="usb", screen_port=8080, desk_port=8081, clock="timesync")
    return lost.replace("real = ?", "# real = true, or false for a simulated door: say it here")
