"""The mail of a home that lives for months: a server that takes it, and what is expected on each day."""

import re
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.header import decode_header, make_header
from typing import ClassVar

from tests.faults.figures import Figures

Mail = tuple[str, str]
"""To whom, before the @, and what its subject begins with."""


class Sink(socketserver.StreamRequestHandler):
    """Takes whatever mail comes (RFC 5321)."""

    taken: ClassVar[list[str]] = []

    def handle(self) -> None:
        """One connection."""
        self.wfile.write(b"220 here\r\n")
        in_message, words = False, list[str]()
        for line in self.rfile:
            said = line.decode("utf-8", "replace").rstrip()
            words.append(said)
            if in_message and said != ".":
                continue
            answer = {"DATA": "354 go on", "QUIT": "221 bye"}.get(said.upper(), "250 ok")
            if said == ".":
                self.taken.append("\n".join(words))
                words = []
            in_message = answer.startswith("354")
            self.wfile.write(f"{answer}\r\n".encode())
            if said.upper() == "QUIT":
                return


@contextmanager
def sink() -> Iterator[int]:
    """A port where mail is taken."""
    Sink.taken.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Sink) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def mails(taken: list[str]) -> Iterator[Mail]:
    """Read what was taken: a mail for each address."""
    for each in taken:
        subject = re.search(r"^Subject: (.*(?:\n[ \t].*)*)", each, re.MULTILINE)
        said = "" if subject is None else str(make_header(decode_header(subject[1].replace("\n", ""))))
        for address in re.findall(r"^RCPT TO:<([^>@]*)@", each, re.MULTILINE | re.IGNORECASE):
            yield address, re.split(r"\W*\d|\s*:", said.replace("\xa0", " "))[0]


@dataclass
class Post:
    """What goes out, day by day, by what people did: it is told of acts, and asked once a day."""

    seen: int = 0
    expected: int = 0
    due: dict[date, Counter[Mail]] = field(default_factory=dict)
    is_awaited: bool = True  # a home that is looked at on some days only has no days to compare

    def expect(self, day: date, *letters: Mail) -> None:
        """Await letters on a day."""
        self.due.setdefault(day, Counter()).update(letters)

    def done(self, act: str, day: date) -> None:
        """Await what an act that went well brings."""
        if act == "joining":
            self.expect(day, ("secretary", "Demandes d’adhésion"), ("president", "Demandes d’adhésion"))
        elif act == "event":
            self.expect(day, ("m2", "Inscriptions ouvertes"))
            certain = [("m2", "Quelqu’un aimerait votre aide"), ("m3", "C’est confirmé"), ("m4", "C’est confirmé")]
            self.expect(day + timedelta(days=3), *certain)

    def hold(self, day: date, figures: Figures) -> None:
        """Hold what went out since against what a day should bring: the weekly heads, too, on Mondays."""
        there = Counter(mails(Sink.taken[self.seen :]))
        self.seen = len(Sink.taken)
        if day.weekday() == 0:
            self.expect(day, ("president", "Codes de contrôle, jusqu’au"), ("treasurer", "Codes de contrôle, jusqu’au"))
        awaited = self.due.pop(day, Counter())
        if not self.is_awaited:
            return
        self.expected += awaited.total()
        figures.add(*(f"{day}: no mail {mail}, {count} times" for mail, count in (awaited - there).items()))
        figures.add(*(f"{day}: a mail too many {mail}, {count} times" for mail, count in (there - awaited).items()))
