"""Says what the pages may ask of the desk, and what it answers: typed, bounded, one question a connection.

The pages' program is what the network reaches first; so it is trusted with nothing. It asks by one Unix socket, each
time with what the telephone showed it, and draws the answer. What is not one of these types is no question.
"""

import socket
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.errors import MachineError

LONGEST_QUESTION = 8_192
LONGEST_ANSWER = 6_000_000  # a year's data of one person, or a PDF
SECONDS = 40.0  # a PDF takes its time
_HEAD = 4

Secret = Annotated[str, Meta(max_length=64)]
Word = Annotated[str, Meta(max_length=40)]
Value = Annotated[str, Meta(max_length=300)]
Text = Annotated[str, Meta(max_length=600)]


class Question(Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """What is common to all questions: the language that the telephone speaks."""

    language: Word = ""


class AskHouse(Question, frozen=True, kw_only=True):
    """What the house is called, where its pages are, and which ways lead in."""


class Scan(Question, frozen=True, kw_only=True):
    """The button on the page behind a QR was pressed."""

    secret: Secret
    kind: Word = ""


class Wait(Question, frozen=True, kw_only=True):
    """How the pairing of this telephone stands."""

    bearer: Secret


class AskCode(Question, frozen=True, kw_only=True):
    """Send a code to an address."""

    address: Value
    kind: Word = ""


class EnterCode(Question, frozen=True, kw_only=True):
    """This code came in a mail."""

    bearer: Secret
    code: Word


class Look(Question, frozen=True, kw_only=True):
    """Show a page of the member whose telephone this is. `flow` is the page from which it was asked."""

    bearer: Secret
    act: Word
    value: Value = ""
    flow: Secret = ""


class Do(Question, frozen=True, kw_only=True):
    """Do what a page offered, on the page that offered it."""

    bearer: Secret
    act: Word
    value: Value = ""
    flow: Secret


class Fetch(Question, frozen=True, kw_only=True):
    """Hand out a paper, or all that is known of the member."""

    bearer: Secret
    what: Word
    value: Value = ""
    flow: Secret


class ReadList(Question, frozen=True, kw_only=True):
    """A window of a list, for a script that shows a token; days are ISO text, or empty."""

    token: Secret
    name: Word
    from_on: Word = ""
    until_on: Word = ""
    after: Word = ""
    size: Annotated[int, Meta(ge=1, le=1000)]


class ReadShared(Question, frozen=True, kw_only=True):
    """What the association shows everybody, if it does."""

    name: Word


class See(Question, frozen=True, kw_only=True):
    """Show a public page; `value` chooses on it."""

    page: Word
    value: Value = ""


class Send(Question, frozen=True, kw_only=True):
    """A form of a public page was sent, by the names of its fields."""

    page: Word
    form: Word
    fields: Annotated[dict[Word, Text], Meta(max_length=12)]
    value: Value = ""


class Open(Question, frozen=True, kw_only=True):
    """Show the request of a link that came by mail."""

    link: Value


class Follow(Question, frozen=True, kw_only=True):
    """A button on the page of such a link was pressed."""

    link: Value
    act: Word


Asked = (
    AskHouse | Scan | Wait | AskCode | EnterCode | Look | Do | Fetch
    | ReadList | ReadShared | See | Send | Open | Follow
)  # fmt: skip


class Answer(Struct, frozen=True, kw_only=True, tag=True):
    """What is common to all answers: the language in which they are."""

    language: str = "fr"


class House(Answer, frozen=True, kw_only=True):
    """The house: its name, the address of its pages, whether they want its Wi-Fi, whether codes are mailed."""

    name: str
    address: str
    needs_wifi: bool
    has_mail: bool
    training: bool


class Pairing(Answer, frozen=True, kw_only=True):
    """How a pairing stands: `waits` (with digits), `code` (a mailed one is waited for), `paired`, `over` (and why)."""

    state: str
    digits: str = ""
    bearer: str = ""
    says: str = ""


class Choice(Struct, frozen=True):
    """Something to choose; `does`: it changes something, and is a button. `chosen` is None where nothing is chosen."""

    act: str
    value: str
    label: str
    below: str = ""
    does: bool = False
    chosen: bool | None = None


class Block(Struct, frozen=True):
    """Something to read: `text`, `strong`, `small` (one cell a row), `heading`, `rows`, `pairs`, `qr` (a drawing)."""

    kind: str
    rows: list[list[str]]


class Typed(Struct, frozen=True):
    """Something to type, and the button that sends it: what is typed is the act's value."""

    act: str
    label: str
    button: str
    is_amount: bool = False


class Link(Struct, frozen=True):
    """A way out of these pages, to an address of another site."""

    address: str
    label: str
    below: str = ""


class View(Answer, frozen=True, kw_only=True):
    """A page: what to read, what to choose, and where else to go. `flow` goes with what is chosen on it. `again` is the
    page that it turns into after some seconds, where it waits for something.
    """

    title: str
    flow: str
    lead: str = ""
    told: str = ""
    name: str = ""
    blocks: list[Block] = []
    links: list[Link] = []
    choices: list[Choice] = []
    typed: list[Typed] = []
    again: str = ""
    papers: list[Choice] = []
    menu: list[Choice] = []


class Field(Struct, frozen=True, kw_only=True):
    """A field of a form: `kind` as HTML has it, or `choice` (with `options`, each a value and its words) or `words`;
    what is typed in it, and what is wrong with that.
    """

    name: str
    kind: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    fills: str = ""  # what a browser may fill in
    is_needed: bool = True
    options: list[list[str]] = []


class Form(Struct, frozen=True, kw_only=True):
    """A form of a public page, and what its button says."""

    name: str
    title: str
    button: str
    fields: list[Field]
    lead: str = ""


class Sheet(Answer, frozen=True, kw_only=True):
    """A public page: what to read, what to fill in, and where else to go. `acts` are the buttons of a link's page."""

    title: str
    page: str = ""
    value: str = ""
    lead: str = ""
    told: str = ""
    is_wrong: bool = False
    blocks: list[Block] = []
    choices: list[Choice] = []
    forms: list[Form] = []
    acts: list[Choice] = []
    menu: list[Choice] = []


class File(Answer, frozen=True, kw_only=True):
    """A file to keep."""

    name: str
    kind: str
    content: bytes


class Facts(Answer, frozen=True, kw_only=True):
    """What a script asked for, as JSON; the place after which its list goes on, and the same in a line for people."""

    content: bytes
    after: str = ""
    line: str = ""


class Refused(Answer, frozen=True, kw_only=True):
    """Why there is no such answer: a code, and the words for it."""

    code: str
    says: str


Answered = House | Pairing | View | Sheet | File | Facts | Refused
_ASKED = msgspec.msgpack.Decoder(Asked)
_ANSWERED = msgspec.msgpack.Decoder(Answered)


def ask(path: Path, question: Question) -> Answered:
    """Ask the desk. Raises MachineError `desk-away` where it does not answer as it should."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SECONDS)
            line.connect(str(path))
            send(line, msgspec.msgpack.encode(question))
            found: Answered = _ANSWERED.decode(receive(line, LONGEST_ANSWER))
            return found
    except (OSError, EOFError, msgspec.MsgspecError) as fault:
        raise MachineError("desk-away", f"the desk does not answer at {path}: {fault}") from fault


def question_in(content: bytes) -> Asked:
    """Read a question. Raises msgspec's errors for what is none."""
    found: Asked = _ASKED.decode(content)
    return found


def send(line: socket.socket, content: bytes) -> None:
    """Send one message, its length first."""
    line.sendall(len(content).to_bytes(_HEAD, "big") + content)


def receive(line: socket.socket, longest: int) -> bytes:
    """Receive one message. Raises EOFError for one that is cut, or longer."""
    size = int.from_bytes(_exactly(line, _HEAD), "big")
    if size > longest:
        raise EOFError(f"a message of {size} bytes")
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        part = line.recv(min(65_536, size - len(content)))
        if not part:
            raise EOFError("a message was cut")
        content += part
    return bytes(content)
