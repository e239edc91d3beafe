"""Finds the tests that a table of promises names."""

import ast
from functools import cache
from pathlib import Path


@cache
def functions(path: Path) -> frozenset[str]:
    """Return the names of the functions that a file of tests defines."""
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
