"""The settings by which one server alone writes, as postgresql.md names them: a real server's own parser takes them."""

import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from tests import postgres

PAGE = (Path(__file__).parents[3] / "docs" / "postgresql.md").read_text("utf-8")
FENCING = PAGE.partition("## Un seul serveur écrit")[2].partition("\n## ")[0]
SETTINGS = re.findall(r"`([a-z_]+) = '([^`]+)'`", FENCING)
ON = re.findall(r"`([a-z_]+)`", re.findall(r"\| ((?:`[a-z_]+`,? ?)+) à `on` \|", FENCING)[0])


def is_taken(server: postgres.Server, name: str, told: str) -> bool:
    """Whether a start with a setting would pass: it is looked at, and nothing starts."""
    program = postgres.programs()
    assert program is not None
    try:
        postgres.as_nobody([program / "postgres", "-D", server.folder / "data", "-C", name, "-c", f"{name}={told}"])
    except subprocess.CalledProcessError:
        return False
    return True


def test_each_setting_of_the_server_is_one_that_it_takes(server: postgres.Server) -> None:
    assert SETTINGS == [("synchronous_standby_names", "FIRST 1 (second)")]
    assert set(ON) == {"fsync", "full_page_writes", "synchronous_commit"}
    for name, told in [*SETTINGS, *((name, "on") for name in ON)]:
        assert is_taken(server, name, told), name
    assert not is_taken(server, "synchronous_standby_names", "FIRST one (second)")
    assert not is_taken(server, "synchronous_standby", "second")


@pytest.mark.parametrize("told", re.findall(r"`(primary|read-write)`", FENCING))
def test_each_way_to_name_who_writes_finds_a_server_that_does(server: postgres.Server, told: str) -> None:
    assert f"`{told}`" in FENCING
    with psycopg.connect(server.url("postgres"), target_session_attrs=told) as connection:
        assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)


def test_of_patroni_the_page_says_that_it_was_not_tried() -> None:
    assert "Patroni n'a pas été essayé ici" in FENCING.replace("\n", " ")
