"""A line is put into kiosk.toml and taken out, and nothing else of it changes."""

import tomllib

import pytest

from kiosk.setup.settings_lines import with_line

PLAIN = "[door]\n# a word\nrelay_pin = 17\n\n[[more_doors]]\nnumber = 2\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace("[door]", "[door]  # the entrance"),
        PLAIN.replace("relay_pin", "  number = 9\nrelay_pin"),
        "[door]",
        "",
        "real = false\n\n[screen]\nport = 8080",
    ],
)
def test_a_door_has_one_number_and_what_else_is_said_stays(text: str) -> None:
    said, before = tomllib.loads(with_line(text, "door", "number", "number = 7")), tomllib.loads(text)
    assert said["door"] == {**before.get("door", {}), "number": 7}
    assert {**said, "door": None} == {**before, "door": None}


def test_what_is_put_in_and_taken_out_leaves_the_file_as_it_was() -> None:
    assert "# a word" in with_line(PLAIN, "door", "number", "number = 7")
    assert with_line(with_line(PLAIN, "door", "number", "number = 7"), "door", "number", "") == PLAIN
    assert with_line("[spool]\n", "database", "url", "") == "[spool]\n"
