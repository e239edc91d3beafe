"""The group of all commands, and how errors end a command: with one line on stderr that says what, where and what to
do, with the error's code.

The line is the error's own, in English; at a terminal in another language, the translated sentence from the table of
all problems stands before it. An error without an English line is shown as that sentence only.

Exit status: 0 done, 1 the answer is no, 2 the request was wrong, 3 the machine failed, 70 the program itself is at
fault.
"""

import gc
import os
import re
import sys
import traceback
from importlib import import_module
from pathlib import Path

import click
import sqlalchemy as sa

from kiosk import __version__
from kiosk.cli.arguments import TODAY
from kiosk.domain.problems import Coded
from kiosk.errors import KioskError

_FAULTY = 70  # as sysexits.h has it; Python's own would be 1
# The modules of this folder, and the commands that each has.
_FAMILIES = {
    "home_commands": ("init", "migrate", "move", "roles"),
    "mending": ("mend", "spool"),
    "check": ("check",),
    "config": ("config",),
    "entrance": ("entrance",),
    "door": ("door",),
    "doors": ("doors",),
    "tap": ("tap",),
    "desk": ("desk", "user"),
    "members.members": ("members",),
    "members.badges": ("badges",),
    "members.rgpd": ("rgpd",),
    "members.tokens": ("tokens",),
    "clock": ("clock",),
    "money.payments": ("pay", "sell", "refund", "write-off", "deposit", "reverse", "verify"),
    "money.vouchers": ("vouchers",),
    "money.online": ("online",),
    "books.exports": ("export",),
    "books.due": ("due",),
    "outside": ("outside",),
    "pages": ("pages",),
    "books.archive": ("archive", "heads"),
    "money.cash": ("cash", "cheques"),
    "books.bank": ("bank",),
    "books.reporting": ("report", "attest"),
    "books.closings": ("close", "closings"),
    "books.results": ("results",),
    "books.gifts": ("gifts",),
    "books.receipts": ("receipt", "statement"),
    "books.invoices": ("invoices",),
    "rooms": ("rooms", "events"),
    "premises.spots": ("spots",),
    "premises.things": ("things",),
    "premises.offices": ("offices",),
    "sheet": ("sheet",),
    "todo": ("todo",),
    "copies.keys": ("keys",),
    "copies.streaming": ("litestream-config",),
    "copies.update": ("update",),
    "copies.backup": ("backup",),
    "copies.restore": ("restore", "drill"),
    "copies.reconcile": ("reconcile",),
}


class Families(click.Group):
    """The commands by family. A family's module is imported when one of its commands is asked for: the entrance starts
    without the office's modules.
    """

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return every command's name, in the families' order."""
        return [name for names in _FAMILIES.values() for name in names]

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return one command, from its family's module; None where there is none."""
        for family, names in _FAMILIES.items():
            if name in names:
                command: click.Command = getattr(import_module(f"kiosk.cli.{family}"), name.replace("-", "_"))
                gc.freeze()  # all modules are imported now: collect them no more
                gc.enable()  # `kiosk.__main__` had disabled it, for a quicker start
                return command
        return None


@click.group(cls=Families, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kiosk")
@click.option(
    "--home",
    "root",
    envvar="KIOSK_HOME",
    default="var/home",
    show_default=True,
    show_envvar=True,
    type=click.Path(path_type=Path),
    help="The home folder: configuration, keys and database.",
)
@click.option("--today", help="The date in words, when the clock is not trusted: 'mercredi 25 novembre 2026'.")
@click.pass_context
def kiosk(context: click.Context, root: Path, today: str | None) -> None:
    """A check-in kiosk for a self-managed coworking association."""
    context.obj = root.absolute()
    context.meta[TODAY] = today


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit."""
    try:
        kiosk.main(arguments, prog_name="kiosk", standalone_mode=False)
    except click.ClickException as error:
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "kiosk"
        _fail(error.format_message(), "usage", 2, where, _usage(error))
    except click.Abort:
        _fail("interrupted", "interrupted", 3)
    except Coded as error:
        status = error.exit_status if isinstance(error, KioskError) else 2  # a Problem: wrong input
        for fault in (*getattr(error, "others", ()), error):
            sentence = _told(fault)
            _say(fault.message or sentence or _told(fault, "en"), fault.code, in_words=sentence)
        sys.exit(status)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has gone: nobody reads an error line
        sys.exit(3)
    except (OSError, sa.exc.SQLAlchemyError) as fault:
        _fail(str(fault), "fault", 3)
    except Exception:  # a fault of the program itself: it must not exit with 1, which means the answer no
        traceback.print_exc()
        sys.exit(_FAULTY)


def _usage(error: click.ClickException) -> str:
    """Return a usage error in the house's language, for a person at a terminal; "" where that is English."""
    from kiosk.cli import usage_words

    language = usage_words.house_language(error) if isinstance(error, click.UsageError) else None
    if language in (None, "en") or not isinstance(error, click.UsageError):
        return ""
    return usage_words.told(error, language)


def _fail(message: str, code: str, status: int, where: str = "kiosk", in_words: str = "") -> None:
    """Print an error and end the program with this status."""
    _say(message, code, where, in_words)
    sys.exit(status)


def _say(message: str, code: str, where: str = "kiosk", in_words: str = "") -> None:
    """Print an error on one line: the sentence in the reader's language if there is one, the program's own line, its
    code.
    """
    line, sentence = " ".join(message.split()), in_words or _told(Coded(code))
    shown = f"{sentence} ({line})" if sentence and sentence != line else line
    click.echo(f"{where}: {shown} [{code}]", err=True)


def _told(error: Coded, language: str = "") -> str:
    """Return the error's sentence in a language, else in the terminal's; "" where that is English, as the line is."""
    from kiosk.exports.words import problem_words  # only for what goes wrong
    from kiosk.language import catalogues

    locales = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))  # as gettext does
    spoken = re.split(r"[:.@_]", next(filter(None, locales), ""))[0]
    reader = language or catalogues.language_of(spoken, "en")
    return "" if reader == "en" and not language else problem_words.told(error, reader)
