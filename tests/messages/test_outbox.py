"""Messages leave when they can, are tried again when they cannot, and are forgotten once they have."""

import http.server
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.messages import mailer, outbox
from kiosk.messages.outbox import SendResult
from kiosk.store.messages import outbox_rows
from tests.conftest import Space
from tests.messages.test_mailer import mail_server


def with_mail(space: Space, port: int) -> Home:
    """The home with a mail server, as a restart with another kiosk.toml would have it."""
    mail = MailConfig(server=f"127.0.0.1:{port}", sender="bureau@exemple.fr")
    return replace(space.home, config=msgspec.structs.replace(space.home.config, mail=mail))


def put(space: Space, **more: object) -> int:
    values = {
        "channel": outbox_rows.MAIL,
        "recipient": "nadia@exemple.fr",
        "subject": "Votre reçu",
        "body": "Cinq euros.",
        "about": "document 3",
        "at": space.clock.now(),
        **more,
    }
    with space.home.store.writing() as connection:
        return outbox_rows.put(connection, **values)  # type: ignore[arg-type]  # as the table above says


def rows(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT state, recipient, subject, body, attachment, about, tries, fault FROM outbox ORDER BY id")


@contextmanager
def listening_web(status: int = 200) -> Iterator[tuple[int, list[bytes]]]:
    """A service that notifications can be posted to, and what was."""

    class Heard(http.server.BaseHTTPRequestHandler):
        heard: ClassVar[list[bytes]] = []

        def do_POST(self) -> None:
            self.heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Heard) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, Heard.heard
        server.shutdown()


def keep_addresses(space: Space, *lines: str) -> Path:
    path = space.home.paths.notify
    path.write_text("\n".join(lines) + "\n", "utf-8")
    path.chmod(0o600)
    return path


def test_a_message_leaves_and_its_words_are_forgotten(space: Space) -> None:
    put(space, attachment=b"%PDF-1.7", attachment_name="R-000003.pdf")
    with mail_server() as (port, heard):
        assert outbox.send_waiting(with_mail(space, port), space.clock.now()) == SendResult(sent=1)
    said = "\n".join(heard)
    assert "Cinq euros." in said
    assert 'filename="R-000003.pdf"' in said
    assert "application/pdf" in said
    assert rows(space) == [("sent", None, None, None, None, "document 3", 1, None)]
    assert outbox.send_waiting(with_mail(space, 1), space.clock.now()) == SendResult()


def test_a_training_home_s_messages_say_that_nothing_counts(space: Space) -> None:
    put(space, subject="Recu")
    with mail_server() as (port, heard):
        assert outbox.send_waiting(replace(with_mail(space, port), training=True), space.clock.now()).sent == 1
    said = "\n".join(heard)
    assert "Rien de ce qu’il dit ne compte" in said
    assert "Recu" in said


def test_a_message_of_an_act_that_failed_is_never_sent(space: Space) -> None:
    with pytest.raises(RuntimeError), space.home.store.writing() as connection:
        outbox_rows.put(
            connection, channel="mail", recipient="a@b", subject="", body="", about="x", at=space.clock.now()
        )
        raise RuntimeError
    assert rows(space) == []


def test_pauses_between_tries_grow_and_a_week_later_it_is_given_up(space: Space) -> None:
    put(space)
    home, tries = with_mail(space, 1), []
    for hour in range(8 * 24):
        if outbox.send_waiting(home, space.clock.now()) != SendResult():
            tries.append(hour)
        space.clock.advance(hours=1)
    assert tries[:5] == [0, 1, 2, 3, 7]
    assert len(tries) < 14
    assert 7 * 24 <= tries[-1] < 8 * 24
    ((state, recipient, _, body, _, about, _, fault),) = rows(space)
    assert (state, recipient, body, about) == ("given-up", None, None, "document 3")
    assert "127.0.0.1:1 does not take mail" in str(fault)


def test_mail_is_given_up_at_once_where_no_server_is_named(space: Space) -> None:
    put(space)
    assert outbox.send_waiting(space.home, space.clock.now()) == SendResult(given_up=1)
    assert rows(space) == [("given-up", None, None, None, None, "document 3", 1, "no mail server is named")]


def test_a_message_that_cannot_be_is_given_up_and_keeps_no_other_from_leaving(space: Space) -> None:
    put(space, recipient="nadia@exemple.fr\nBcc: all@exemple.fr")
    put(space, about="document 4")
    with mail_server() as (port, _):
        done = outbox.send_waiting(with_mail(space, port), space.clock.now())
    assert done == SendResult(sent=1, given_up=1)
    assert [row[0] for row in rows(space)] == ["given-up", "sent"]


@pytest.mark.parametrize("address", ["a@[b.fr", "a@b@c.fr", "a@[", "@", "a@", "", "<>", "a b@c.fr", "a@b..fr,"])
def test_an_address_that_no_mail_can_carry_is_given_up_and_holds_up_no_other(space: Space, address: str) -> None:
    put(space, recipient=address)
    put(space, about="document 4")
    with mail_server() as (port, _):
        done = outbox.send_waiting(with_mail(space, port), space.clock.now())
    assert done == SendResult(sent=1, given_up=1)
    assert [row[0] for row in rows(space)] == ["given-up", "sent"]


def test_recipients_whom_the_server_refuses_hold_up_no_other(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        put(space, recipient=f"refused{number}@exemple.fr")
    put(space)

    def send(_settings: MailConfig, _paths: object, to: str, *_words: object) -> bool:
        if to.startswith("refused"):
            raise mailer.RefusedMessage("mail", "the server refuses the message")
        return True

    monkeypatch.setattr(mailer, "send", send)
    assert outbox.send_waiting(with_mail(space, 1), space.clock.now()) == SendResult(sent=1, failed=5)


def test_a_sender_that_is_no_address_loses_no_message(space: Space) -> None:
    put(space)
    home = with_mail(space, 1)
    mail = MailConfig(server="127.0.0.1:1", sender="a@[b.fr")
    wrong = replace(home, config=msgspec.structs.replace(home.config, mail=mail))
    assert outbox.send_waiting(wrong, space.clock.now()) == SendResult(failed=1)
    assert [row[0] for row in rows(space)] == ["waiting"]


def test_a_server_that_is_away_is_not_asked_for_each_message(space: Space) -> None:
    for _ in range(5):
        put(space)
    assert outbox.send_waiting(with_mail(space, 1), space.clock.now()) == SendResult(failed=3)
    assert outbox.send_waiting(with_mail(space, 1), space.clock.now()) == SendResult(failed=2)


def test_mail_that_fails_does_not_keep_notifications_from_leaving(space: Space) -> None:
    put(space)
    with listening_web() as (port, heard):
        keep_addresses(space, "# the officers' room", f"json://127.0.0.1:{port}/secret-room")
        (name,) = mailer.addresses(space.home.paths)
        put(space, channel=outbox_rows.NOTIFY, recipient=name)
        assert outbox.send_waiting(with_mail(space, 1), space.clock.now()) == SendResult(sent=1, failed=1)
    assert b"Cinq euros." in heard[0]


def test_a_message_that_somebody_is_sending_is_nobody_else_s(space: Space) -> None:
    put(space)
    with space.home.store.writing() as connection:
        assert outbox_rows.take(connection, space.clock.now()) is not None
    with space.home.store.writing() as connection:
        assert outbox_rows.take(connection, space.clock.now()) is None
        late = space.clock.now() + timedelta(minutes=10)
        assert outbox_rows.take(connection, late) is not None  # whoever had it died


def test_without_ways_there_are_none_and_with_them_they_are_named(space: Space) -> None:
    assert outbox.channels(space.home) == []
    keep_addresses(space, "json://127.0.0.1/secret-room", "", "# nothing")
    assert [channel for channel, _ in outbox.channels(with_mail(space, 1))] == ["notify", "mail"]


def test_an_address_for_notifications_is_never_told(
    space: Space, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with listening_web(status=500) as (port, _):
        keep_addresses(space, f"json://127.0.0.1:{port}/secret-room")
        (name,) = mailer.addresses(space.home.paths)
        put(space, channel=outbox_rows.NOTIFY, recipient=name)
        assert outbox.send_waiting(space.home, space.clock.now()) == SendResult(failed=1)
    said = caplog.text + "".join(capsys.readouterr()) + str(rows(space))
    assert name in said
    assert "secret-room" not in said


def test_an_address_that_was_taken_away_gives_its_messages_up(space: Space) -> None:
    put(space, channel=outbox_rows.NOTIFY, recipient="00000000")
    assert outbox.send_waiting(space.home, space.clock.now()) == SendResult(given_up=1)


def test_addresses_that_everybody_can_read_are_refused(space: Space) -> None:
    keep_addresses(space, "json://127.0.0.1/x").chmod(0o644)
    with pytest.raises(MachineError) as refused:
        mailer.addresses(space.home.paths)
    assert refused.value.code == "key"
