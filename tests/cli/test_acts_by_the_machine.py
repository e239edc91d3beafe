"""The machine's command line is outside the promise of two hands: what it does at once is sealed, and said."""

import json

from kiosk import home
from tests.cli.test_commands import Kiosk, kiosk  # noqa: F401  # the fixture


def test_a_difference_of_the_box_is_written_at_once_and_said_to_be_the_machine_s(kiosk: Kiosk) -> None:  # noqa: F811
    kiosk.json("members", "add", "--name", "Inès Moreau")
    kiosk.json("pay", "1", "20", "--method", "cash")
    with home.opened(kiosk.root) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO policy (name, valid_from, value) VALUES ('second_officer_cents', '2020-01-01', '300')"
        )
    kiosk.json("cash", "count", "1x5", "--reason", "je ne sais pas")
    with home.opened(kiosk.root) as opened, opened.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT detail, actor FROM entry WHERE kind = 'notice'").all()
        waiting = connection.exec_driver_sql("SELECT count(*) FROM asked_act").scalar_one()
    sealed = [(json.loads(detail)["act"], json.loads(detail)["kind"], actor) for detail, actor in rows]
    assert (sealed, waiting) == ([("by-the-machine", "count", "cli")], 0)
