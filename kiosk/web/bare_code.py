"""Imports modules without the docstrings of their functions, which Python would keep in memory as long as it runs.

Only the desk does so: docstrings would be a twentieth of its memory. `python -OO` would drop all asserts with them.
Commands (`kiosk.cli`) keep theirs, because `--help` prints them.
"""

import opcode
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from types import CodeType

_FUNCTION = 0x01 | 0x02  # CO_OPTIMIZED and CO_NEWLOCALS: modules and classes assign their docstring themselves
# Instructions with operand 0, which use the first constant.
_FIRST_CONSTANT = tuple(bytes((operation, 0)) for operation in opcode.hasconst)
_COMMANDS = "kiosk.cli"


class _Loader(SourceFileLoader):
    """Loads a module as Python does, and drops the docstrings from its code."""

    def get_code(self, fullname: str) -> CodeType | None:
        """Return a module's code without docstrings; the code of commands as it is."""
        code = super().get_code(fullname)
        return code if code is None or fullname.startswith(_COMMANDS) else without_docstrings(code)


def install() -> None:
    """Drop the docstrings of every module that is imported from now on."""
    loaders = (
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (_Loader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, FileFinder.path_hook(*loaders))
    sys.path_importer_cache.clear()  # folders that were searched before get the new loaders, too


def without_docstrings(code: CodeType) -> CodeType:
    """Return code whose functions, at any depth, have no docstring.

    A docstring is a function's first constant. It stays where an instruction may use that constant, too; code in which
    nothing changes is returned as it is.
    """
    constants = tuple(without_docstrings(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    if _has_docstring(code):
        constants = (None, *constants[1:])
    is_same = all(new is old for new, old in zip(constants, code.co_consts, strict=True))
    return code if is_same else code.replace(co_consts=constants)


def _has_docstring(code: CodeType) -> bool:
    """Tell whether code is a function's and its first constant is a docstring that no instruction seems to use."""
    if code.co_flags & _FUNCTION != _FUNCTION or not code.co_consts or not isinstance(code.co_consts[0], str):
        return False
    instructions = code.co_code
    return not any(use in instructions for use in _FIRST_CONSTANT)
