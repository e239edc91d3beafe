"""The table of problems: words for every code that can be raised, each once, and none for what nobody raises."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import kiosk
from kiosk.domain.hosting import rota
from kiosk.domain.money.vouchers import Unfit
from kiosk.exports.refused import REASONS
from kiosk.language.problems import PARTS, PROBLEMS, told
from kiosk.language.texts import NO_BREAK

ROOT = Path(kiosk.__file__).parent
KINDS = {"KioskError", "AnswerIsNo", "RequestError", "Busy", "MachineError", "DeviceOffline", "Problem"}

COMPUTED = {
    "checkin/tap.py": {"card-over", "touch-missed", "touch-over"},
    "books/due.py": set(),  # another error's
    "setup/home_creation.py": set(),  # another error's
    "domain/members/file_columns.py": set(),  # of one line, which says why it is refused: `REASONS`
    "books/invoicing.py": {"seller-identity", "seller-vat-number", "buyer-address", "buyer-siret"},
    "jobs/copies/remotes.py": {"rclone", "restic"},
    "jobs/copies/sticks.py": {"stick", "stick-full", "stick-read-only"},
    "web/desk/finder/picking.py": {
        f"{kind}-{wrong}" for kind in ("member", "organisation", "product") for wrong in ("none", "unclear")
    },
    "domain/people/said.py": {"notice-text", "project", "skill"},
    "hosting/turns.py": {unfit.value for unfit in rota.Unfit},
    "selfservice/house.py": set(),  # another error's
    "badges/badge_writing.py": {"badge-delayed", "badge-keys-unknown", "badge-refused", "badge-tries-over"},
    "members/payers.py": {"order-reference", "service-code", "siren", "siret", "vat-number"},
    "money/voucher_acts.py": {"no-such-product", "not-for-sale", *(unfit.value for unfit in Unfit)},
    "money/vouchers.py": {unfit.value for unfit in Unfit},
}
"""Where an error's code is no literal, and which it may be."""

SAID = {
    "badges/door_writing.py": {"no-maker-key"},  # answered to the desk's request
    "cli/main.py": {"usage", "interrupted", "fault"},
    "books/bank_statements.py": {"bank-changed"},  # why a line was left
    "domain/books/statements/bank_csv.py": {"bank-carried"},  # why a line is refused, as the next three
    "domain/books/statements/bank_csv_rows.py": {"bank-no-sum"},
    "domain/books/statements/bank_ofx.py": {"bank-correction"},
    "domain/books/statements/statement_facts.py": {"bank-corrected"},
    "web/pages/api/answering.py": {"api-busy", "api-method", "too-often"},
    "web/screen/failing.py": {"bad-request", "not-found", "fault"},
}
"""Codes that are answered without an error of ours."""


@cache
def _raised() -> tuple[set[str], set[str]]:
    """The codes that errors are made with, and the modules that work a code out."""
    codes: set[str] = set()
    computed: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                match node.args[0]:
                    case ast.Constant(value=str(code)):
                        codes.add(code)
                    case _:
                        computed.add(path.relative_to(ROOT).as_posix())
    return codes, computed


def _codes() -> set[str]:
    raised, _modules = _raised()
    return set().union(raised, *COMPUTED.values(), *SAID.values()) - REASONS.keys() | raised & PROBLEMS.keys()


def test_nobody_works_out_a_code_unseen() -> None:
    assert set(COMPUTED) == _raised()[1]


@pytest.mark.parametrize(("module", "codes"), [*COMPUTED.items(), *SAID.items()], ids=[*COMPUTED, *SAID])
def test_codes_that_are_worked_out_stand_in_their_module(module: str, codes: set[str]) -> None:
    text = (ROOT / module).read_text("utf-8")
    assert all(f'"{code}"' in text for code in codes - {unfit.value for unfit in (*Unfit, *rota.Unfit)})


def test_every_code_that_can_be_raised_has_its_words() -> None:
    assert not _codes() - PROBLEMS.keys()


def test_no_words_stand_without_a_code() -> None:
    assert not PROBLEMS.keys() - _codes()


def test_each_code_has_its_words_once() -> None:
    counted = Counter(code for part in PARTS for code in part.PROBLEMS)
    assert not [code for code, times in counted.items() if times > 1]


NAMES = ("kiosk.toml", "update.json", "reader.device", "rclone", "restic", "systemd")


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_is_whole_sentences_in_each_language(code: str) -> None:
    for language in ("fr", "en"):
        text = told(code, language)
        assert not text[0].islower() or text.startswith(NAMES)
        assert text.rstrip(NO_BREAK)[-1] in ".?"


def test_what_is_no_code_has_no_words() -> None:
    assert told("nonsense", "fr") == ""
