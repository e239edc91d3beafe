"""Gives a public page what it works with, and holds what several pages share: fields, words, blocks."""

from collections.abc import Mapping

from msgspec import Struct

from kiosk import keys
from kiosk.domain.problems import Coded
from kiosk.language import problems
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.store.space.policies import Rules
from kiosk.visitors.asking import Reception
from kiosk.visitors.links import Links
from kiosk.web.member_pages.office import Now, PagesOffice
from kiosk.web.pages.speech import Block, Field

WORK, LET, AGENDA = "work", "let", "agenda"  # the pages' names
Typed = Mapping[str, str]
NAME, EMAIL = Text("Votre nom", "Your name"), Text("Votre adresse e-mail", "Your e-mail address")
SAID = Text("Quelque chose à nous dire ?", "Anything to tell us?")
MAIL_COMES = Text(
    "Vous recevrez un lien par e-mail : ouvrez-le pour confirmer.",
    "You will receive a link by e-mail: open it to confirm.",
)
KEPT = Text(
    "Ce que vous écrivez sert à vous répondre. Sans confirmation, nous l’effaçons demain ; sinon, 90 jours "
    "après le jour demandé.",
    "We use your details only to reply. Without confirmation we erase them tomorrow; otherwise 90 days after "
    "the day you asked for.",
)
WITHOUT_MAIL = Text(
    "Pour faire une demande, écrivez-nous ou appelez-nous.", "To make a request, write to us or call us."
)
CLIENT = Text("Qui paie ?", "Who pays?")
CLIENTS = {
    "person": Text("Une personne", "A private person"),
    "association": Text("Une association", "An association"),
    "company": Text("Une entreprise", "A company"),
}
ORGANISATION = Text("Nom de la structure, s’il y en a une", "Name of the organisation, if any")


class Here(Struct, frozen=True):
    """One question of the public pages: the office (the home's store, rules and settings), the transaction that answers
    it, the language, what was typed (by the fields' names) and what is wrong with that.
    """

    office: PagesOffice
    now: Now
    language: Language
    value: str = ""  # what was chosen on the page
    typed: Typed = {}
    wrong: Coded | None = None  # the error in what was typed

    @property
    def rules(self) -> Rules:
        """Return the rules, as the office reads them."""
        return self.office.rules()

    @property
    def has_mail(self) -> bool:
        """Tell whether links can be sent by mail; without mail, pages have no forms."""
        return bool(self.office.home.config.mail.server)

    @property
    def links(self) -> Links:
        """Return what signs the links of requests."""
        home = self.office.home
        return Links(keys.read_key(home.paths.desk_key), home.config.pages.address)

    @property
    def reception(self) -> Reception:
        """Return what a request is taken in with: connection, rules, seal, moment and links."""
        now = self.now
        return Reception(now.connection, self.rules, self.office.home.seal, now.policy, now.moment, self.links)

    def to(self, words: Text, **values: object) -> str:
        """Return words in the language of the page."""
        return words.to(self.language, **values)

    def field(self, name: str, kind: str, label: Text, **more: object) -> Field:
        """Return a field with what was typed in it, and the error if that is about this field. `more` holds further
        values of Field; a `value` among them stands there until something is typed.
        """
        is_wrong = self.wrong is not None and self.wrong.field == name
        error = told(self.wrong, self.language) if is_wrong and self.wrong is not None else ""
        value = self.typed.get(name, str(more.pop("value", "")))
        return Field(name=name, kind=kind, label=self.to(label), value=value, error=error, **more)  # type: ignore[arg-type]

    def person(self) -> list[Field]:
        """Return the fields of a name and an e-mail address, which every form has."""
        return [
            self.field("name", "text", NAME, fills="name"),
            self.field("email", "email", EMAIL, fills="email"),
        ]

    def payer(self) -> list[Field]:
        """Return the fields about the client that pays."""
        options = [[kind, self.to(words)] for kind, words in CLIENTS.items()]
        return [
            self.field("client", "choice", CLIENT, options=options),
            self.field("organisation", "text", ORGANISATION, fills="organization", is_needed=False),
        ]


def told(error: Coded, language: Language) -> str:
    """Return what is wrong and what to do about it, in words."""
    return problems.told(error.code, language, error.values)


def heading(words: str) -> Block:
    """Return a heading between blocks."""
    return Block("heading", [[words]])


def text(*lines: str, kind: str = "text") -> list[Block]:
    """Return the lines as one block, in a list; an empty list where there is nothing to read."""
    rows = [[line] for line in lines if line]
    return [Block(kind, rows)] if rows else []


def pairs(rows: list[list[str]]) -> list[Block]:
    """Return names and what they hold as one block, in a list; an empty list without rows."""
    return [Block("pairs", rows)] if rows else []
