"""The fuzz with all that stands beside the ledger: a stick that comes and goes, settings that are cut or changed, keys
that are damaged, rosters that cannot be written or are older.

The entrance is a program of its own here, which dies and starts as systemd starts it, from what is on the disk. To what
the books ask it adds: never another machine, nothing written under a mount point, no day of the ledger in the
treasurer's list, and a start wherever what is left can open the door.
"""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kiosk import config_in_force, entrance, home
from kiosk import keys as key_files
from kiosk.domain.checkin.verdicts import Denied, Granted
from kiosk.errors import KioskError
from kiosk.home import Home
from kiosk.offline import unreplayed_taps
from kiosk.offline.offline_taps import Admitted
from kiosk.offline.spool import Medium
from kiosk.offline.spool_records import Anchor, WaitingTap
from kiosk.setup import key_mending
from kiosk.store.engine import Store
from tests.conftest import Space
from tests.faults import fuzz
from tests.faults.figures import Figures
from tests.faults.fuzz import LONG_AGO, PLANS, Kiosk, Late, Visit, bad, rows_of

_ALL = ("ledger", "spool", "memory", "roster", "stick")
_OTHER_USER = 64303  # no account of any machine: the entrance's, so that the home is one of several programs
_KEYS = ("entrance/spool", "entrance/seal", "entrance/codes", "desk/web", "shared/chain", "shared/badge")
_MADE_AGAIN = ("entrance/spool", "entrance/codes", "desk/web")
_WAYS: dict[str, Callable[[Path], object]] = {
    "removed": lambda path: path.unlink(missing_ok=True),
    "emptied": lambda path: path.write_bytes(b""),
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "garbage": lambda path: path.write_bytes(b"\0\xffgarbage" * 9),
}
_CHANGES = (
    (b"relay_pin = 17", b"relay_pin = 27"),
    (b"relay_active_high = true", b"relay_active_high = false"),
    (b"pulse_seconds = 3.0", b"pulse_seconds = 9.0"),
)
_TOLD = {"jour impossible à établir", "ligne abîmée"}  # why a day is in the treasurer's list


class Beside(Kiosk):
    """A kiosk whose spool is on a stick, and whose entrance starts from the disk."""

    def _opened(self) -> Space:
        """Put the spool on a stick, have several programs' users, and open the home as office and entrance do."""
        self.mount = self.root.parent / "mounts" / "stick"
        self.pocket = self.mount.with_name("pocket")
        self.mount.mkdir(parents=True)
        (self.mount / "reserve").touch()  # it was a spool's before
        settings = self.root / "kiosk.toml"
        settings.write_text(settings.read_text("utf-8").replace('path = "spool"', f'path = "{self.mount}"'), "utf-8")
        settings.with_name(config_in_force.ACCEPTED).unlink(missing_ok=True)
        if os.geteuid() == 0:
            os.chown(self.root / "roster", _OTHER_USER, -1)
        key_mending.mend(self.root, self.clock.now())
        self.written = settings.read_bytes()
        self.whole_keys = {name: (self.root / "keys" / name).read_bytes() for name in _KEYS}
        self.damaged: set[str] = set()  # keys that are
        self.of_settings = {"kiosk.toml": "whole", config_in_force.ACCEPTED: "whole"}
        self.generation = 0  # of the spool's key
        self.unread: set[str] = set()  # taps that were sealed by a key that is gone
        self.perhaps: set[str] = set()  # and those that were in memory alone
        self.ruined: bytes | None = None  # what stands in the roster's place, where that is none
        self.has_roster = True  # whether the program has one in memory
        self.older: tuple[bytes, datetime, set[str]] | None = None  # a roster of before, of when, and who was stopped
        self.roster_sure, self.roster_lost = LONG_AGO, set[str]()
        self.ledger_how = ""
        self._entrance = ExitStack()
        office = self._life.enter_context(home.opened(self.root))
        opened = self._entrance_starts()
        self.config = opened.config
        return Space(office, self.clock, at_door=opened)

    def _entrance_starts(self) -> Home:
        """Open the home as the entrance does. Raises what it raises."""
        by_roster = entrance._known_by_roster
        opened = self._entrance.enter_context(home.opened(self.root, otherwise=by_roster, program="entrance"))
        if opened.settings.is_to_adopt:
            config_in_force.adopt(self.root)
        return opened

    def _start_again(self) -> None:
        """The entrance dies, and systemd starts it: first what may be made anew, then the program."""
        if self.ledger_how == "writes":
            self.is_mended(("ledger",))
        self.space.kept.close()
        self._entrance.close()
        self.space.home.store.close()
        self._is_mended_before_the_start()
        try:
            opened = self._entrance_starts()
        except KioskError as refused:
            assert self._may_refuse(), f"what could start did not: {refused}"
            self.tally["starts refused"] += 1
            self._person_puts_right()
            opened = self._entrance_starts()
        assert opened.config == self.config, "another machine"
        assert "shared/badge" not in self.damaged
        accepted = self.root / config_in_force.ACCEPTED
        if accepted.is_file() and accepted.read_bytes() == self.written:  # taken over where there was none
            self.of_settings[config_in_force.ACCEPTED] = "whole"
        is_sealless = {"shared/chain", "entrance/seal"} <= self.damaged
        assert (opened.store.refusal is not None) is is_sealless
        self.space.at_door = opened
        self.space.start()
        self._is_started()

    def _is_mended_before_the_start(self) -> None:
        key_mending.mend(self.root, self.clock.now())
        for name in _MADE_AGAIN:
            assert key_files.is_whole((self.root / "keys" / name).read_bytes()), f"{name} is not made anew"
        if "entrance/spool" in self.damaged:
            self.generation += 1
        self.damaged -= set(_MADE_AGAIN)
        if "shared/chain" not in self.damaged:
            self.damaged -= {"entrance/seal"}

    def _may_refuse(self) -> bool:
        are_settings_gone = "whole" not in self.of_settings.values()
        return "shared/badge" in self.damaged or are_settings_gone or (self._is_unreadable() and self._is_roster_gone())

    def _is_unreadable(self) -> bool:
        return "ledger" in self.faults and self.ledger_how in ("nothing", "garbage")

    def _is_roster_gone(self) -> bool:
        path = self.root / "roster" / "roster.json"
        return not path.exists() or path.read_bytes() == self.ruined

    def _person_puts_right(self) -> None:
        self.is_mended(("ledger",))
        self.settings_are_put_right()
        self.keys_are_put_back()
        self._is_mended_before_the_start()

    def _is_started(self) -> None:
        """What the program knows by now of taps that wait, and of the time."""
        for late in self.waiting:
            late.is_read = late.place != "stick" or not self.is_away
            late.is_exact = False  # what dated it may be on the stick
        self._sort_out()
        self.has_roster = not self._is_roster_gone()
        self.sure = min(self.sure, LONG_AGO if self._is_roster_gone() else self.roster_sure)

    def _sort_out(self) -> None:
        """What was sealed by a key that is gone goes to the treasurer once it is read."""
        gone = [late for late in self.waiting if late.is_read and late.key != self.generation]
        has_memory = any(self._there("memory").iterdir())  # a machine that starts has none
        kept = [late for late in gone if late.medium is Medium.DISK or has_memory]
        self.unread |= {late.tap_id.hex() for late in kept}
        self.perhaps |= {late.tap_id.hex() for late in gone}  # a failed sync may have left a line all the same
        self.waiting = [late for late in self.waiting if late not in gone]
        self.tally["of another key"] += len(gone)

    # What the books ask

    def _may_take_none(self) -> bool:
        return super()._may_take_none() and ("stick" in self.faults or self.is_away)

    def _may_go_either_way(self, who: str) -> bool:
        """Whose badge was given back since the roster that is there was made; all, in the second before the first."""
        return who in self.roster_lost - self.lost or (not self.has_roster and who in PLANS and who not in self.lost)

    def _known_to_wait(self) -> list[Late]:
        return [late for late in self.waiting if late.is_read]

    def _is_served(self, who: str, decision: Granted | Admitted | Denied) -> Visit | None:
        visit = super()._is_served(who, decision)
        if isinstance(decision, Admitted):
            self.waiting[-1].key = self.generation
            self._place()
        return visit

    def _place(self) -> None:
        """Where each tap lies by now."""
        lines = {
            line.record.tap_id: line.file
            for line in self.space.kept.spool.waiting()
            if isinstance(line.record, WaitingTap)
        }
        for late in self.waiting:
            if late.tap_id in lines:
                file = lines[late.tap_id]
                late.medium = file.medium
                late.place = "stick" if file.path.parent == self.mount else file.path.parent.name

    def _stores(self) -> list[Store]:
        assert self.space.at_door is not None
        return [self.space.home.store, self.space.at_door.store]

    def _is_well(self) -> bool:
        is_sealless = self.space.at_door is not None and self.space.at_door.store.refusal is not None
        return super()._is_well() and "stick" not in self.faults and not is_sealless

    def _done(self, known: dict[bytes, str]) -> list[Late]:
        turns = {tap: turn for turn, tap in enumerate(known)}
        read = self._known_to_wait()
        done = [late for late in self.waiting if late.tap_id in turns]
        assert [late for late in done if late.is_read] == read[: sum(late.is_read for late in done)], "out of order"
        return sorted(done, key=lambda late: turns[late.tap_id])

    def _may_be_listed(self) -> set[str]:
        return self.unread | self.perhaps

    def _listed(self) -> set[str]:
        folders = [self._there("spool"), self.mount, self.pocket]
        rows = [row for path in unreplayed_taps.files(folders) for row in rows_of(path)]
        assert {row[4] for row in rows} <= _TOLD, rows
        return {row[0] for row in rows if len(row[0]) == 32}  # an anchor that is not understood is no day

    def _is_over(self) -> None:
        lacking = self.unread - self._listed()
        assert not lacking, ("a day is in no ledger and no list", lacking)

    # The stick

    @property
    def is_away(self) -> bool:
        return self.pocket.exists()

    @rule(what=st.sampled_from(["goes", "goes", "full", "short", "unsynced", "is mended"]))
    def stick(self, what: str) -> None:
        """It is pulled or comes back, or its disk breaks."""
        if what == "goes":
            (self.stick_comes_back if self.is_away else self.stick_is_pulled)()
        elif what == "is mended":
            self.is_mended(("stick",))
        elif not self.lies:
            self._break("stick", bad(self.mount.parent, what))

    def stick_is_pulled(self) -> None:
        self.mount.rename(self.pocket)
        self.mount.mkdir()
        self.tally["sticks pulled"] += 1

    def stick_comes_back(self) -> None:
        assert list(self.mount.iterdir()) == [], "something lies under the mount point"
        self.mount.rmdir()
        self.pocket.rename(self.mount)

    # The settings

    @rule(
        how=st.sampled_from(["cut", "cut", "removed", "garbage", "folder", "changed", "put right", "put right"]),
        at=st.integers(0, 6000),
        accepted=st.booleans(),
    )
    def configuration(self, how: str, at: int, accepted: bool) -> None:
        """They are damaged, changed or put right."""
        if how == "put right":
            self.settings_are_put_right()
        elif how == "changed":
            self.settings_are_changed(at)
        else:
            self.settings_are_damaged(how, at, accepted=accepted)

    def settings_are_damaged(self, how: str, at: int, *, accepted: bool) -> None:
        name = config_in_force.ACCEPTED if accepted else "kiosk.toml"
        path = self.root / name
        if self.of_settings[name] != "whole" or (accepted and self.of_settings["kiosk.toml"] == "changed"):
            return
        text = path.read_bytes()
        if how == "cut":
            path.write_bytes(text[: at % text.rindex(b"# end")])
        elif how == "garbage":
            place = at % len(text)
            path.write_bytes(text[:place] + b"\0\xff" + text[place:])
        else:
            path.unlink()
            if how == "folder":
                path.mkdir()
        self.of_settings[name] = "damaged"
        self.tally["settings damaged"] += 1

    def settings_are_changed(self, at: int) -> None:
        """Whole, and another machine: it waits for a person's word."""
        if "damaged" in self.of_settings.values() or os.geteuid() != 0:  # else the home is one user's
            return
        was, now = _CHANGES[at % len(_CHANGES)]
        assert was in self.written
        (self.root / "kiosk.toml").write_bytes(self.written.replace(was, now))
        self.of_settings["kiosk.toml"] = "changed"
        self.tally["settings changed"] += 1

    def settings_are_put_right(self) -> None:
        for name in self.of_settings:
            path = self.root / name
            if path.is_dir():
                path.rmdir()
            path.write_bytes(self.written)
            self.of_settings[name] = "whole"

    # The keys

    @rule(name=st.sampled_from(_KEYS), how=st.sampled_from([*_WAYS, "put back", "put back"]))
    def key(self, name: str, how: str) -> None:
        """One is damaged, or those that are never made are put back."""
        if how == "put back":
            self.keys_are_put_back()
        else:
            self.key_is_damaged(name, how)

    def key_is_damaged(self, name: str, how: str) -> None:
        path = self.root / "keys" / name
        if name not in self.damaged:
            _WAYS[how](path)
            self.damaged.add(name)
            self.tally["keys damaged"] += 1

    def keys_are_put_back(self) -> None:
        """From the keys' copy: those that are never made."""
        for name in ("shared/badge", "shared/chain"):
            path = self.root / "keys" / name
            path.write_bytes(self.whole_keys[name])
            path.chmod(0o600)
            self.damaged.discard(name)

    # The roster

    @rule(how=st.sampled_from([*_WAYS, "kept", "older", "older", "unwritable", "unwritable"]))
    def roster(self, how: str) -> None:
        """It cannot be written, is damaged, or is an older one."""
        if how == "unwritable":
            self._break("roster", bad(self.root / "roster", how))
        elif "roster" not in self.faults:
            self.roster_is_damaged(how)

    def roster_is_damaged(self, how: str) -> None:
        path = self.root / "roster" / "roster.json"
        if how == "kept":
            if path.exists() and path.read_bytes() != self.ruined:
                self.older = path.read_bytes(), self.roster_sure, set(self.roster_lost)
        elif how == "older":
            if self.older is not None:
                content, self.roster_sure, lost = self.older
                path.write_bytes(content)
                self.roster_lost = self.roster_lost | lost
                self.tally["older rosters"] += 1
        elif path.exists() and path.stat().st_size > 1:
            _WAYS[how](path)
            self.ruined = path.read_bytes() if path.exists() else None
            self.tally["rosters damaged"] += 1

    # What the base does, here

    @precondition(lambda self: "ledger" not in self.faults)
    @rule(
        what=st.sampled_from(["locked", "nothing", "garbage", "writes", "writes"]),
        writes=st.integers(0, 12),
        lies=st.booleans(),
    )
    def ledger_breaks(self, what: str, writes: int, lies: bool) -> None:
        self.ledger_how = what
        super().ledger_breaks(what, writes, lies and "stick" not in self.faults)

    @rule(names=st.sampled_from([("ledger",), ("spool",), ("memory",), ("roster",), ("stick",), _ALL]))
    def is_mended(self, names: tuple[str, ...] = _ALL) -> None:
        super().is_mended(names)
        if "ledger" in names:
            self.ledger_how = ""

    def _lose_or_find_badge(self, who: str) -> None:
        if {"spool", "roster"} <= self.faults.keys():
            return  # it would be on no disk
        super()._lose_or_find_badge(who)

    @rule()
    def background(self) -> None:
        if not self.is_away:
            for late in self.waiting:
                late.is_read = True
            self._sort_out()
        super().background()
        self._place()
        self.has_roster = self.has_roster or "ledger" not in self.faults
        anchors = {
            line.record.reading.boot for line in self.space.kept.spool.waiting() if isinstance(line.record, Anchor)
        }
        for late in self.waiting:
            late.is_exact = late.is_exact and late.boot in anchors
        if self.faults.keys().isdisjoint(("ledger", "roster")):
            self.roster_sure, self.roster_lost = self.sure, set(self.lost)

    def teardown(self) -> None:
        """In the end all is put right, too."""
        try:
            if sys.exc_info()[0] is None:
                self.is_mended()
                if self.is_away:
                    self.stick_comes_back()
                self.keys_are_put_back()
                self.settings_are_put_right()
                self._program_restarts()
        finally:
            super().teardown()
            self._entrance.close()


# The long form


@dataclass
class FuzzFigures(Figures):
    """What was tallied. `seed` brings the same lives again."""

    seed: int = 0
    examples: int = 0
    taps: int = 0
    entered_at_once: int = 0
    spooled: int = 0
    entered_later: int = 0
    set_aside: int = 0
    lost_with_memory: int = 0
    taken_nowhere: int = 0
    undone: int = 0
    reversed: int = 0
    faults: int = 0
    restarts: int = 0
    reboots: int = 0
    sticks_pulled: int = 0
    settings_damaged: int = 0
    settings_changed: int = 0
    keys_damaged: int = 0
    of_another_key: int = 0
    rosters_damaged: int = 0
    older_rosters: int = 0
    starts_refused: int = 0


def harness(_folder: Path, examples: int = 1000, seed: int = 0, *, ledger_alone: bool = False) -> FuzzFigures:
    """Everything at once, held against books kept by hand. A failure is told by its shortest story."""
    figures = FuzzFigures(seed=seed or int.from_bytes(os.urandom(4)))
    try:
        found = fuzz.run(examples, figures.seed, Kiosk if ledger_alone else Beside)
    except Exception as failure:
        figures.add("\n".join([repr(failure), *getattr(failure, "__notes__", [])]))
        return figures
    for name, value in found.items():
        if hasattr(figures, field_name := name.replace(" ", "_")):
            setattr(figures, field_name, value)
    return figures
