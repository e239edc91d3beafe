"""Installs the program step by step, and uninstalls it. An existing home (configuration, keys, database) is kept in
every case.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import MachineError, RequestError
from kiosk.install import answers, debian, doors, homes, layout, proxy, release, release_trust, services
from kiosk.install.answers import Answers
from kiosk.install.layout import HOME, PROGRAMS, SETTINGS
from kiosk.install.machine import Machine
from kiosk.install.release import Source
from kiosk.install.words import Words

KEPT = f"{SETTINGS}/install.toml"  # the answers of the last run
MARK = "/run/kiosk-install"  # exists while an installer runs, and after an interrupted one
PINNED_KEY = f"{SETTINGS}/release.pub"  # a set of keys, or an older machine's single key
TRUSTED_KEYS = f"{PROGRAMS}/{release_trust.STATE}"


@dataclass(frozen=True, slots=True)
class Installer:
    """One run of the installer: the machine that it changes, the language it speaks in, the program it installs."""

    machine: Machine
    words: Words
    source: Source

    def install(self, given: Path | None, ask: Callable[[], Answers]) -> None:
        """Check the machine, find the answers (in the file `given`, else those of the last run, else by `ask`), and
        install everything, in order. Raises RequestError or MachineError; another run continues from there.
        """
        machine, words = self.machine, self.words
        debian.check(machine, words)
        debian.check_kind(machine, words, self.source.root)
        machine.tell(words("title-dry" if machine.dry else "title", version=self.source.version))
        given_answers = self._find_answers(given, ask)
        if not given_answers.is_simulated and not debian.is_pi(machine):
            raise RequestError("platform", words("no-pins"))
        had_home = homes.exists(machine, words)
        with _alone(machine, words) as was_cut:
            self._carry_out(given_answers, had_home=had_home, was_cut=was_cut)
        self._report(given_answers, had_home=had_home)

    def _carry_out(self, answered: Answers, *, had_home: bool, was_cut: bool) -> None:
        """Make all changes in order. The programs are restarted at the end where a release was built, units, devices,
        proxy or the link to the release changed, or an earlier run was interrupted (`was_cut`).
        """
        machine = self.machine
        with self._step("packages"):
            debian.install_packages(machine, answered, self.words)
        with self._step("users"):
            layout.make_users(machine, display=answered.display)
        with self._step("release"):
            built, is_new = release.build(machine, self.source)
        self._home(answered, built, had_home=had_home, is_new=is_new)
        with self._step("answers"):
            self._save_answers(answered)
        with self._step("devices"):
            is_new |= services.prepare_devices(machine)
        with self._step("units"):
            is_new |= self._units(answered)
        with self._step("proxy"):
            is_new |= proxy.install(machine, self.source.units, answered.host)
            if answered.host and proxy.is_written_by_hand(machine):
                machine.tell(self.words("proxy-kept", template=self.source.units / "Caddyfile"))
        with self._step("current"):
            is_new |= services.use(machine, built)
            release.prune(machine, built)  # removes releases that are no longer needed
        self._start(answered, is_new=is_new or was_cut)

    def _find_answers(self, given: Path | None, ask: Callable[[], Answers]) -> Answers:
        """Return the answers from the given file, else from the run before, else from the person at the terminal."""
        kept = self.machine.at(KEPT)
        if given is not None:
            return answers.read(given, self.words)
        return answers.read(kept, self.words) if kept.is_file() else ask()

    def _home(self, answered: Answers, built: str, *, had_home: bool, is_new: bool) -> None:
        """Make a new home; or, for an existing one, bring its database to this release's schema where the release is
        not in use yet, accept the changes in its kiosk.toml, and repair its files' rights.
        """
        machine = self.machine
        with self._step("home"):
            if not had_home:
                homes.make(machine, answered, built)
                return
            machine.tell(self.words("home-kept"))
            if is_new or not services.is_in_use(machine, built):  # no program may run while the database is migrated
                if debian.has_systemd(machine):
                    services.stop(machine)
                homes.migrate(machine, built)
            homes.accept(machine, built)
            layout.repair(machine)

    def _save_answers(self, answered: Answers) -> None:
        """Save the answers for the next run. In the first run, save the release's newest set of keys too: updates are
        verified by it from then on.
        """
        self.machine.folder(SETTINGS)
        self.machine.write(KEPT, answers.dump(answered))
        trust = release_trust.brought(self.source.root)
        if trust is not None and not self.machine.at(PINNED_KEY).exists():
            self.machine.write(PINNED_KEY, trust.text)

    def _units(self, answered: Answers) -> bool:
        """Copy and enable the services, and return whether anything changed."""
        changed = services.copy_units(self.machine, self.source.units, display=answered.display)
        if self.machine.answers("systemctl", "--version") is None:
            self.machine.tell(self.words("no-systemctl"))
        else:
            changed |= services.enable(self.machine, self.source.units, display=answered.display)
        return doors.settle(self.machine) or changed

    def _start(self, answered: Answers, *, is_new: bool) -> None:
        """Start or restart the programs where something changed and systemd runs."""
        with self._step("start"):
            if not debian.has_systemd(self.machine):
                self.machine.tell(self.words("no-systemd"))
            elif is_new:
                services.start(self.machine, self.source.units, display=answered.display)

    def _report(self, answered: Answers, *, had_home: bool) -> None:
        """Print what differs between the home and the answers, and what to do next."""
        machine, words, version = self.machine, self.words, self.source.version
        for key, there, answer in homes.differences(machine, answered) if had_home else ():
            machine.tell(words("differs", key=key, there=there, answer=answer))
        count = len(machine.changes)
        result = "done-dry" if machine.dry else "done" if count else "done-nothing"
        machine.tell("\n" + words(result, count=count, version=version))
        machine.tell("\n" + words("next"))
        first = services.first_link(machine)
        hints = ["next-officer"] if first else []
        hints += ["next-reboot"] if services.needs_restart_once(machine) else []
        hints += ["next-name"] if answered.host.endswith(".local") and not self._is_called(answered.host) else []
        hints += [] if answered.recipient else ["next-recipient"]
        hints += [] if answered.spool else ["next-spool"]
        for hint in ["next-check", *hints, "next-firewall", "next-desk"]:
            machine.tell(
                f"  - {words(hint, address=services.address(answered), host=answered.host.removesuffix('.local'))}"
            )
        if first:
            machine.tell(f"\n{first}")

    def _is_called(self, host: str) -> bool:
        """Tell whether the machine's own name, with `.local`, is the name by which browsers open the desk."""
        name = self.machine.at("/etc/hostname")
        return name.is_file() and f"{name.read_text('utf-8').strip()}.local" == host

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        """Name a step, so that its changes are printed below it."""
        with step(self.machine, self.words, name):
            yield


@contextmanager
def _alone(machine: Machine, words: Words) -> Iterator[bool]:
    """Lock the machine for one installer; a dry run locks nothing. Yields whether an earlier run was interrupted since
    the machine started (/run is emptied then): the programs may then be older than what is installed. Raises
    MachineError `install-runs`.
    """
    if machine.dry:
        yield False
        return
    mark = machine.at(MARK)
    was_cut = mark.exists()
    with mark.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise MachineError("install-runs", words("install-runs")) from None
        yield was_cut
        mark.unlink()  # not after a fault: the next run then knows that this one was interrupted


@contextmanager
def step(machine: Machine, words: Words, name: str) -> Iterator[None]:
    """Print a step's heading, run the block, and print a line where it had nothing to change."""
    machine.tell(f"\n{words(f'step-{name}')}")
    before = len(machine.changes)
    yield
    if len(machine.changes) == before:
        machine.tell(words("as-it-should"))


def uninstall(machine: Machine, words: Words) -> None:
    """Remove programs, services and rules; the home, /etc/kiosk and the users that own their files stay."""
    machine.tell(words("title-removal-dry" if machine.dry else "title-removal"))
    if debian.has_systemd(machine):
        services.stop(machine)
    services.remove(machine)
    proxy.remove(machine)
    for path in (services.COMMAND, PROGRAMS, "/run/kiosk", "/run/kiosk-outside"):
        machine.remove(path)
    machine.tell(words("removed" if machine.changes else "nothing-removed"))
    if machine.at(HOME).exists():
        machine.tell(f"  {HOME}")
