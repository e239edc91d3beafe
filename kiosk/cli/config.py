"""The command `config`: edits kiosk.toml as `visudo` edits its file, and accepts changes of settings that touch the
door.

Settings of the lock, and the database's address, count only once they are *accepted*: until then the last accepted ones
are in force, and the changed keys *wait*.
"""

import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from kiosk import config_file, config_in_force, home, plain_files
from kiosk.config_in_force import ACCEPTED
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.jobs.copies import copy_file
from kiosk.setup import settings_ending, settings_text

# What to do after a change, for its message.
_AGAIN = "restart what runs: systemctl restart kiosk-entrance kiosk-desk, or scripts/install where a device changed"


@click.group()
def config() -> None:
    """The machine's settings, kiosk.toml: edit them, and accept what touches the door."""


@config.command()
@click.option("--accepted", "from_accepted", is_flag=True, help="Start from the last accepted settings.")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="Start from the settings of a backup (backups/kiosk-….tar) or of a file.",
)
@click.pass_obj
def edit(root: Path, from_accepted: bool, source: Path | None) -> None:
    """Edit kiosk.toml in $VISUAL or $EDITOR. It is saved and accepted once it is valid."""
    path = root / config_file.NAME
    _refuse_no_home(root)
    before = config_in_force.written(root)
    text = _edited(_begun(root, source, from_accepted=from_accepted), path)
    if config_in_force.written(root) != before:
        raise RequestError("config", f"{path} was changed meanwhile: kiosk config edit, once more")
    _write(lambda: config_in_force.put(root, text), path)
    click.echo(f"{path} is written, and accepted; {_AGAIN}")


def _refuse_no_home(root: Path) -> None:
    """Raise RequestError `no-home` without a home. Any other refusal is ignored: this command is there to mend faulty
    settings.
    """
    try:
        home.find(root)
    except RequestError as wrong:
        if wrong.code == "no-home":
            raise


def _begun(root: Path, source: Path | None, *, from_accepted: bool) -> bytes:
    """Return the text with which the editor begins: the source that was asked for; else the written file if it is
    complete; else the last accepted settings; else a new home's, in which `real` is still to be set.
    """
    if source is not None:
        # An older file gets what this release's settings must have, such as the end mark.
        return settings_ending.ended(_of_copy(source) if source.suffix == ".tar" else _content(source), source)
    if from_accepted:
        return _content(root / ACCEPTED)
    written = config_in_force.written(root)
    if written is not None and config_file.is_ended(written):
        return written
    try:
        return _content(root / ACCEPTED)
    except RequestError:
        return settings_text.unsettled().encode() if written is None else written


def _content(path: Path) -> bytes:
    """Return a file's bytes. Raises RequestError `config` where it cannot be read."""
    try:
        return plain_files.read(path)
    except OSError as fault:
        raise RequestError("config", f"{path}: {fault.strerror}") from None


def _of_copy(path: Path) -> bytes:
    """Return the settings that a backup contains, at most `LONGEST_BYTES` of them. Raises RequestError `no-such-copy`
    for a file that is no backup.
    """
    refusal = RequestError("no-such-copy", f"{path} is not a backup of a home: it has no {copy_file.SETTINGS}")
    if not path.is_file():
        raise refusal
    try:
        with tarfile.open(path, mode="r:") as tar:
            file = tar.extractfile(copy_file.SETTINGS)
            if file is None:
                raise refusal
            return file.read(plain_files.LONGEST_BYTES)
    except (KeyError, tarfile.TarError):
        raise refusal from None


def _edited(text: bytes, path: Path) -> bytes:
    """Let a person edit a draft until it is valid, and return it. Raises RequestError `config` where they give up, or
    where no terminal can ask them.
    """
    with tempfile.TemporaryDirectory(prefix="kiosk-") as folder:
        draft = Path(folder) / path.name
        draft.write_bytes(text)
        while True:
            click.edit(filename=str(draft))
            edited = plain_files.read(draft)
            try:
                config_file.parse(edited, path)
            except RequestError as wrong:
                click.echo(f"{wrong}", err=True)
                if not sys.stdin.isatty() or not click.confirm("edit it again?", default=True, err=True):
                    raise RequestError("config", f"{wrong}: nothing was written") from None
            else:
                return edited


@config.command()
@click.option("--check", is_flag=True, help="Only check whether a change needs to be accepted.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def accept(root: Path, check: bool, yes: bool) -> None:
    """Accept kiosk.toml as it is: its lock settings and its database address then take effect."""
    path = home.find(root).config
    in_force = config_in_force.find(root)
    if in_force.fault and not in_force.waiting:
        raise RequestError("config", f"{in_force.fault}: kiosk config edit")
    if not in_force.waiting and not in_force.is_to_adopt:  # the accepted settings are the written ones
        click.echo(f"{path} is accepted")
        return
    if check:
        raise AnswerIsNo("config-waiting", f"{path} waits to be accepted: kiosk config accept")
    differences = config_in_force.differences(root)
    for key, before, after in differences:
        click.echo(f"{key}: {before} -> {after}", err=True)
    if differences and not yes:
        if not sys.stdin.isatty():
            raise RequestError("not-confirmed", f"{path} would be accepted: give --yes")
        click.confirm("Accept this?", abort=True, err=True)
    _write(lambda: config_in_force.accept(root), path)
    click.echo(f"{path} is accepted; {_AGAIN}")


def _write(write: Callable[[], None], path: Path) -> None:
    """Write settings by the function given; turn a fault into MachineError `config-unwritten`."""
    try:
        write()
    except OSError as fault:
        raise MachineError("config-unwritten", f"{path} cannot be written: {fault.strerror}; try with sudo") from None
