"""Words what is wrong with a command line, in the house's language: click does so in English only."""

import sys
from pathlib import Path

import click

from kiosk.language.catalogues import Language
from kiosk.language.texts import Text

_NO_OPTION = Text("L’option {name} n’existe pas ici", "There is no option {name}")
_NO_COMMAND = Text("La commande {name} n’existe pas", "There is no command {name}")
_MISSING = Text("Il manque {name}", "{name} is missing")
_BAD = Text("Cette valeur n’est pas valable pour {name}", "This value is not valid for {name}")
_OTHER = Text("La commande n’est pas valable", "The command is not valid")
_HELP = Text("{what} : voyez {command} --help.", "{what}: see {command} --help.")


def house_language(error: click.UsageError) -> Language | None:
    """Return the language of the home that the command was about. None where stderr is no terminal, since a script
    reads it, and where that home cannot be read.
    """
    if not sys.stderr.isatty():
        return None
    from kiosk import config_in_force
    from kiosk.errors import KioskError

    given = error.ctx.find_root().params.get("root") if error.ctx else None
    try:
        return config_in_force.find(Path(given or "var/home").absolute()).config.language
    except KioskError:
        return None


def told(error: click.UsageError, language: Language) -> str:
    """Return the error in words, with the command that lists what may be typed."""
    command = error.ctx.command_path if error.ctx else "kiosk"
    return _HELP.to(language, what=_what(error, language), command=command)


def _what(error: click.UsageError, language: Language) -> str:
    """Return what is wrong with the command line, as one sentence without its end."""
    match error:
        case click.exceptions.NoSuchOption():
            return _NO_OPTION.to(language, name=error.option_name)
        case click.exceptions.NoSuchCommand():
            return _NO_COMMAND.to(language, name=error.command_name)
        case click.exceptions.MissingParameter():
            return _MISSING.to(language, name=_named(error))
        case click.exceptions.BadParameter() if error.param is not None:
            return _BAD.to(language, name=_named(error))
    return _OTHER.to(language)


def _named(error: click.BadParameter) -> str:
    """Return the name of the parameter that is wrong, as it is typed: its longest form for an option."""
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "?")
    return parameter.human_readable_name if isinstance(parameter, click.Argument) else max(parameter.opts, key=len)
