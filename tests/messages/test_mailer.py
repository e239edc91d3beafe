"""Mail is handed to a real server on a socket, or said not to have left."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import MailConfig
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.messages import mailer


@contextmanager
def mail_server(answer: str = "250 ok") -> Iterator[tuple[int, list[str]]]:
    """The few words of SMTP that a message needs (RFC 5321), and what was said."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:  # the test is over
                    return
                with suppress(OSError), connection, connection.makefile("rwb") as talk:  # a client may hang up
                    hear(talk)

        def hear(talk: Any) -> None:
            talk.write(b"220 here\r\n")
            talk.flush()
            in_message = False
            for line in talk:
                heard.append(line.decode("utf-8", "replace").rstrip())
                if in_message and heard[-1] != ".":
                    continue
                says = {"DATA": "354 go on", "QUIT": "221 bye"}.get(heard[-1].upper(), answer)
                in_message = says.startswith("354")
                talk.write(f"{says}\r\n".encode())
                talk.flush()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield int(listening.getsockname()[1]), heard
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # which ends the waiting for a next one


def test_without_a_server_nothing_is_sent(tmp_path: Path) -> None:
    assert mailer.send(MailConfig(), Paths(tmp_path), "a@exemple.fr", "Sujet", "Texte") is False


def test_a_message_reaches_the_server(tmp_path: Path) -> None:
    with mail_server() as (port, heard):
        settings = MailConfig(server=f"127.0.0.1:{port}", sender="bureau@exemple.fr")
        assert mailer.send(settings, Paths(tmp_path), "nadia@exemple.fr", "Votre accès", "Voici le lien.")
    assert any("rcpt to:<nadia@exemple.fr>" in line.casefold() for line in heard)
    assert "Voici le lien." in heard


def test_a_header_cannot_be_smuggled_in(tmp_path: Path) -> None:
    with mail_server() as (port, _), pytest.raises(ValueError, match=r"[Hh]eader"):
        settings = MailConfig(server=f"127.0.0.1:{port}", sender="bureau@exemple.fr")
        mailer.send(settings, Paths(tmp_path), "nadia@exemple.fr\nBcc: all@exemple.fr", "Sujet", "Texte")


def test_a_server_that_refuses_or_is_not_there_is_said(tmp_path: Path) -> None:
    with mail_server("550 no") as (port, _), pytest.raises(MachineError) as refused:
        settings = MailConfig(server=f"127.0.0.1:{port}", sender="bureau@exemple.fr")
        mailer.send(settings, Paths(tmp_path), "nadia@exemple.fr", "Sujet", "Texte")
    assert refused.value.code == "mail"
    with pytest.raises(MachineError):
        mailer.send(MailConfig(server="127.0.0.1:1", sender="b@exemple.fr"), Paths(tmp_path), "n@exemple.fr", "S", "T")


@pytest.mark.parametrize(("language", "mark"), [("fr", "MODE ÉCOLE"), ("en", "TRAINING")])
def test_a_message_of_a_training_home_says_so_above_and_inside(language: str, mark: str) -> None:
    subject, text = mailer.marked(language, "Votre reçu", "Cinq euros.")
    assert subject == f"[{mark}] Votre reçu"
    assert text.startswith(mark)
    assert text.endswith("\n\nCinq euros.")
    assert mailer.marked(language, subject, "x")[0] == subject
