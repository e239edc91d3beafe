"""Seals what an officer changed of accounts, links, roles and rules as an entry of the ledger, and tells the others.

One act is one entry and one mail for each other officer, in the transaction of the act itself: nobody changes who may
do what, or what things cost, without the others hearing of it at once. A mail carries the chain's head, so that it is
a copy of it outside.
"""

import hashlib
import json
import secrets

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import ids
from kiosk.domain.books import head_notes
from kiosk.domain.chain import Detail, Seal
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.home import Home
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users

ACCOUNT, RULE, SECOND = "account", "rule", "second-officer"  # what such notices are about
_WHAT = {
    "user-add": Text("Le compte n° {user} a été créé au bureau.", "Account no. {user} was made at the desk."),
    "user-change": Text(
        "Les rôles, le nom ou la fiche du compte n° {user} ont été changés.",
        "The roles, the name or the file of account no. {user} were changed.",
    ),
    "user-suspend": Text("Le compte n° {user} a été suspendu.", "Account no. {user} was suspended."),
    "user-resume": Text("Le compte n° {user} a été rétabli.", "Account no. {user} was resumed."),
    "user-erase": Text(
        "Le nom et l’adresse du compte n° {user} ont été effacés.",
        "The name and the address of account no. {user} were erased.",
    ),
    "user-link": Text(
        "Un lien pour choisir le mot de passe du compte n° {user} a été donné.",
        "A link to choose the password of account no. {user} was given.",
    ),
    "user-take-factors": Text(
        "Les clés et codes du compte n° {user} ont été retirés.",
        "The keys and codes of account no. {user} were taken away.",
    ),
    "user-first-factor": Text(
        "Le compte n° {user} a une deuxième preuve pour la première fois. Si vous savez qui s’en sert, confirmez-la au"
        " bureau, page « À deux ».",
        "Account no. {user} has a second proof for the first time. If you know who uses it, confirm it at the desk,"
        " page “By two”.",
    ),
    "user-confirm": Text(
        "Le compte n° {user} a été confirmé par une deuxième personne.",
        "Account no. {user} was confirmed by a second person.",
    ),
    "rule": Text(
        "Une règle de l’association change le {day}. À lire au bureau, page « Règles ».",
        "A rule of the association changes on {day}. Read it at the desk, page “Rules”.",
    ),
    "tariff": Text(
        "Un tarif change le {day}. À lire au bureau, page « Règles ».",
        "A tariff changes on {day}. Read it at the desk, page “Rules”.",
    ),
    "call-off": Text(
        "Un changement prévu a été annulé. À lire au bureau, page « Règles ».",
        "A coming change was called off. Read it at the desk, page “Rules”.",
    ),
    "product": Text(
        "Un produit ou une zone a été ajouté ou changé. À lire au bureau, page « Règles ».",
        "A product or a zone was added or changed. Read it at the desk, page “Rules”.",
    ),
    "alone": Text(
        "Une correction au-dessus de la somme fixée a été faite sans deuxième personne : le bureau n’en a pas d’autre.",
        "A correction above the sum was made without a second person: the office has no other.",
    ),
    "asked": Text(
        "Une correction attend une deuxième personne. À décider au bureau, page « À deux ».",
        "A correction waits for a second person. Decide at the desk, page “By two”.",
    ),
}
_SUBJECT = Text("Bureau : un changement à connaître", "Desk: a change to know of")
_BODY = Text(
    "Bonjour,\n\n{what}\n\nPar : {who}\nCode de contrôle : {head}\n\nCela vous étonne ? Parlez-en aux autres personnes"
    " du bureau.\n",
    "Hello,\n\n{what}\n\nBy: {who}\nHead of the books: {head}\n\nDoes it surprise you? Talk to the other officers.\n",
)


class Watch(Struct, frozen=True, kw_only=True):
    """Seals and tells in the name of `actor`. Without a mail server it only seals."""

    seal: Seal
    actor: str
    sends: bool
    language: Language

    @classmethod
    def of(cls, home: Home, actor: str) -> "Watch":
        """That of a home."""
        return cls(seal=home.seal, actor=actor, sends=bool(home.config.mail.server), language=home.config.language)

    def account(
        self, connection: sa.Connection, moment: Moment, act: str, user_id: int, **more: str | int | None
    ) -> int:
        """An act on an officer's account. Returns its entry."""
        return self._seal(
            connection, moment, act, {"about": ACCOUNT, "act": act, "user": user_id, **more}, user=user_id
        )

    def rule(
        self, connection: sa.Connection, moment: Moment, act: str, name: str, value: object, since: str = ""
    ) -> int:
        """A change of what things cost, or of a rule: what it is now is sealed as a digest. Returns its entry."""
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        detail: dict[str, str] = {"about": RULE, "act": act, "name": name, "from": since, "digest": digest}
        return self._seal(connection, moment, act, detail, day=since)

    def second(self, connection: sa.Connection, moment: Moment, act: str, detail: Detail, group: bytes) -> int:
        """What a second officer decided, or that there was none. Returns its entry."""
        return self._seal(connection, moment, act, {**detail, "about": SECOND, "act": act}, group=group)

    def tell(self, connection: sa.Connection, moment: Moment, act: str, **values: object) -> None:
        """Tell the other officers, without an entry."""
        if not self.sends or act not in _WHAT:
            return
        by, head = officer_numbers.number_of(self.actor), ledger.head(connection)
        who = desk_users.called(connection).get(by or 0, self.actor)
        for officer in desk_users.others_to_tell(connection, by):
            language = officer.language or self.language
            said = {**values, "day": _day(values.get("day"), moment, language)}
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient=officer.email,
                subject=_SUBJECT.to(language),
                body=_BODY.to(
                    language,
                    what=_WHAT[act].to(language, **said),
                    who=who,
                    head=head_notes.head_note(head.number, head.mac),
                ),
                about=f"{act}, entry {head.number}",
                at=moment.at,
            )

    def _seal(
        self,
        connection: sa.Connection,
        moment: Moment,
        act: str,
        detail: Detail,
        group: bytes | None = None,
        **values: object,
    ) -> int:
        draft = Draft(
            kind="notice",
            day_on=moment.day,
            group=group or ids.new(moment.at, secrets.token_bytes(16)),
            actor=self.actor,
            detail=detail,
        )
        number = ledger.append(connection, self.seal, draft, moment.at)
        self.tell(connection, moment, act, **values)
        return number


def _day(since: object, moment: Moment, language: Language) -> str:
    from kiosk.exports import formats  # heavy, and seldom needed

    return formats.day(str(since) if since else moment.day, language)
