"""Defines what the pages may ask the desk, and what the desk answers: typed, bounded, one question for each connection.

The network reaches the pages' program first, so it is trusted with nothing. It asks over one Unix socket, each time
with what the telephone showed, and draws the answer. A message that is not one of these types is refused. A *bearer* is
the cookie that identifies a telephone.
"""

import socket
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.errors import MachineError

LONGEST_QUESTION = 8_192  # bytes
LONGEST_ANSWER = 6_000_000  # bytes: all data of one person, or a PDF
SECONDS = 40.0  # for which an answer is awaited: a PDF takes its time
UNPAIRED, FAULT = "not-paired", "fault"  # codes of `Refused` to which the pages answer in their own way
_HEAD = 4  # bytes before a message, with its length

Secret = Annotated[str, Meta(max_length=64)]  # a token, a cookie, a page's name
Word = Annotated[str, Meta(max_length=40)]  # a code, or a short word
Value = Annotated[str, Meta(max_length=300)]  # what was chosen or typed
Text = Annotated[str, Meta(max_length=600)]  # what was typed into a form


class Question(Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """The base of all questions: the language that the telephone speaks."""

    language: Word = ""


class AskHouse(Question, frozen=True, kw_only=True):
    """Asks what the house is called, where its pages are, and how a telephone can be paired."""


class Scan(Question, frozen=True, kw_only=True):
    """Reports that the button on the page behind a QR code was pressed."""

    secret: Secret
    kind: Word = ""  # of telephone: iphone, android or other


class Wait(Question, frozen=True, kw_only=True):
    """Asks how far the pairing of this telephone is."""

    bearer: Secret


class AskCode(Question, frozen=True, kw_only=True):
    """Asks to mail a code to an address."""

    address: Value
    kind: Word = ""  # of telephone: iphone, android or other


class EnterCode(Question, frozen=True, kw_only=True):
    """Hands in a code that came by mail."""

    bearer: Secret
    code: Word


class Look(Question, frozen=True, kw_only=True):
    """Asks for a page of the member to whom the telephone is paired: `act` is the page's name, `value` what was chosen,
    `flow` the page from which this one was asked (empty: from none).
    """

    bearer: Secret
    act: Word
    value: Value = ""
    flow: Secret = ""


class Do(Question, frozen=True, kw_only=True):
    """Asks to do what a page offered, by the act's name and what was chosen or typed; `flow` is that page."""

    bearer: Secret
    act: Word
    value: Value = ""
    flow: Secret


class Fetch(Question, frozen=True, kw_only=True):
    """Asks for a paper (`what`: its kind, `value`: which one), or for all data about the member; `flow` is the page
    that offered it.
    """

    bearer: Secret
    what: Word
    value: Value = ""
    flow: Secret


class ReadList(Question, frozen=True, kw_only=True):
    """Asks for at most `size` rows of a list, for a script with a token, `after` being where the list goes on. Days are
    ISO text; an empty day leaves it to the desk, an empty `after` means the list's beginning.
    """

    token: Secret
    name: Word
    from_on: Word = ""
    until_on: Word = ""
    after: Word = ""
    size: Annotated[int, Meta(ge=1, le=1000)]


class ReadShared(Question, frozen=True, kw_only=True):
    """Asks for what the association shows everyone, if it does."""

    name: Word


class See(Question, frozen=True, kw_only=True):
    """Asks for a public page; `value` is what was chosen on it."""

    page: Word
    value: Value = ""


class Send(Question, frozen=True, kw_only=True):
    """Hands in a public page's form: `fields` is what was typed, by the fields' names, `value` what was chosen on the
    page.
    """

    page: Word
    form: Word
    fields: Annotated[dict[Word, Text], Meta(max_length=12)]
    value: Value = ""


class Open(Question, frozen=True, kw_only=True):
    """Asks for the page of a link that came by mail."""

    link: Value


class Follow(Question, frozen=True, kw_only=True):
    """Reports that a button was pressed on the page of a link that came by mail."""

    link: Value
    act: Word


Asked = (
    AskHouse | Scan | Wait | AskCode | EnterCode | Look | Do | Fetch
    | ReadList | ReadShared | See | Send | Open | Follow
)  # fmt: skip


class Answer(Struct, frozen=True, kw_only=True, tag=True):
    """The base of all answers: the language they are written in."""

    language: str = "fr"


class House(Answer, frozen=True, kw_only=True):
    """The house: its name, the address of its pages, whether they need its Wi-Fi, whether codes can be mailed, and
    whether it is a training home, in which nothing counts.
    """

    name: str
    address: str
    needs_wifi: bool
    has_mail: bool
    training: bool


class Pairing(Answer, frozen=True, kw_only=True):
    """The state of a pairing: `waits` (with digits), `code` (a mailed code is expected), `paired`, or `over` (`says`
    why). `bearer` is the new cookie of a telephone whose pairing has just begun, else empty.
    """

    state: str
    digits: str = ""
    bearer: str = ""
    says: str = ""


class Choice(Struct, frozen=True):
    """Something to choose on a page. With `does` it changes something and is drawn as a button. `chosen` tells whether
    it is the current choice; None where the page has no current choice.
    """

    act: str
    value: str
    label: str
    below: str = ""
    does: bool = False
    chosen: bool | None = None


class Block(Struct, frozen=True):
    """Something to read, by its kind: `text`, `strong`, `small` or `heading` (one cell a row), `rows` (a table),
    `pairs` (a label and its text), or `qr` (one cell, an SVG drawing).
    """

    kind: str
    rows: list[list[str]]


class Typed(Struct, frozen=True):
    """A field and the button that sends it: what is typed becomes the act's value."""

    act: str
    label: str
    button: str
    is_amount: bool = False  # drawn with the keyboard for numbers


class Link(Struct, frozen=True):
    """A link out of these pages, to another site."""

    address: str
    label: str
    below: str = ""


class View(Answer, frozen=True, kw_only=True):
    """A member's page: what to read, what to choose, and where else to go.

    `flow` identifies the page and is sent with what is chosen on it. `again` is the page that this one turns into after
    some seconds, where it waits for something.
    """

    title: str
    flow: str
    lead: str = ""  # below the title
    told: str = ""  # what was just done, or is wrong
    name: str = ""  # the member's
    blocks: list[Block] = []
    links: list[Link] = []
    choices: list[Choice] = []
    typed: list[Typed] = []
    again: str = ""
    papers: list[Choice] = []
    menu: list[Choice] = []


class Field(Struct, frozen=True, kw_only=True):
    """A field of a form: `kind` is its HTML type, or `choice` (with `options`, each a value and its words) or `words`
    (several lines of text); with what was typed in it and the error about that.
    """

    name: str
    kind: str
    label: str
    value: str = ""
    hint: str = ""
    error: str = ""
    fills: str = ""  # its HTML autocomplete value
    is_needed: bool = True
    options: list[list[str]] = []


class Form(Struct, frozen=True, kw_only=True):
    """A form of a public page, with its button's label."""

    name: str
    title: str
    button: str
    fields: list[Field]
    lead: str = ""


class Sheet(Answer, frozen=True, kw_only=True):
    """A public page: what to read, what to fill in, and where else to go. `acts` are the buttons of a link's page;
    `is_wrong`: the form that was sent had an error.
    """

    title: str
    page: str = ""
    value: str = ""  # what was chosen on it
    lead: str = ""  # below the title
    told: str = ""  # what was just done, or is wrong
    is_wrong: bool = False
    blocks: list[Block] = []
    choices: list[Choice] = []
    forms: list[Form] = []
    acts: list[Choice] = []
    menu: list[Choice] = []


class File(Answer, frozen=True, kw_only=True):
    """A file to download."""

    name: str
    kind: str  # its media type
    content: bytes


class Facts(Answer, frozen=True, kw_only=True):
    """What a script asked for, as JSON. `after` is where a list goes on (empty at its end); `line` is a public fact as
    one sentence for people.
    """

    content: bytes
    after: str = ""
    line: str = ""


class Refused(Answer, frozen=True, kw_only=True):
    """A refusal: its code, and a sentence in the telephone's language."""

    code: str
    says: str

    @property
    def is_fault(self) -> bool:
        """Tell whether the desk failed at the question: the same one may be answered a moment later."""
        return self.code == FAULT


Answered = House | Pairing | View | Sheet | File | Facts | Refused
_ASKED = msgspec.msgpack.Decoder(Asked)
_ANSWERED = msgspec.msgpack.Decoder(Answered)


def ask(path: Path, question: Question) -> Answered:
    """Put a question to the desk and return its answer. Raises MachineError `desk-away` where it does not answer
    properly.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SECONDS)
            line.connect(str(path))
            send(line, msgspec.msgpack.encode(question))
            answer: Answered = _ANSWERED.decode(receive(line, LONGEST_ANSWER))
            return answer
    except (OSError, EOFError, msgspec.MsgspecError) as fault:
        raise MachineError("desk-away", f"the desk does not answer at {path}: {fault}") from fault


def question_in(content: bytes) -> Asked:
    """Return the question in a message. Raises msgspec's errors for a message that is not one."""
    question: Asked = _ASKED.decode(content)
    return question


def send(line: socket.socket, content: bytes) -> None:
    """Send one message, its length in four bytes first."""
    line.sendall(len(content).to_bytes(_HEAD, "big") + content)


def receive(line: socket.socket, longest: int) -> bytes:
    """Return one message from a socket. Raises EOFError where it breaks off, or is longer than `longest` bytes."""
    size = int.from_bytes(_exactly(line, _HEAD), "big")
    if size > longest:
        raise EOFError(f"a message of {size} bytes")
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    """Return so many bytes from a socket. Raises EOFError where it closes before."""
    content = bytearray()
    while len(content) < size:
        part = line.recv(min(65_536, size - len(content)))
        if not part:
            raise EOFError("a message was cut")
        content += part
    return bytes(content)
