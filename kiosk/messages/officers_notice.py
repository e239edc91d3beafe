"""Seals an officer's change of accounts, links, roles or rules as an entry of the ledger, and tells the other officers.

One act is one entry and one mail for each other officer, in the act's own transaction, so that no officer changes
rights or prices without the others knowing at once. A mail has the chain's head (number and seal of the last entry),
and so is a copy of it outside.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import ids
from kiosk.domain.books import head_notes
from kiosk.domain.chain import Detail, Json, Seal
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.domain.members.roles import Role
from kiosk.domain.space.protecting import Change
from kiosk.home import Home
from kiosk.language.catalogues import Language
from kiosk.language.texts import Said, Text
from kiosk.store import ledger
from kiosk.store.books import head_rows
from kiosk.store.ledger import Draft
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users
from kiosk.store.officers.desk_users import Addressee

ACCOUNT, RULE, SECOND = "account", "rule", "second-officer"  # the kinds of these entries
_WHAT = {  # what a mail says of an act, by the act's name; an act that is not here is sealed and not mailed
    "user-add": Text("Le compte n° {user} a été créé au bureau.", "Account no. {user} was created at the desk."),
    "user-change": Text(
        "Les rôles, le nom ou la fiche du compte n° {user} ont été changés.",
        "The roles, the name or the file of account no. {user} were changed.",
    ),
    "user-suspend": Text("Le compte n° {user} a été suspendu.", "Account no. {user} was suspended."),
    "user-resume": Text("Le compte n° {user} a été rétabli.", "Account no. {user} was reinstated."),
    "user-erase": Text(
        "Le nom et l’adresse du compte n° {user} ont été effacés.",
        "The name and the address of account no. {user} were erased.",
    ),
    "user-link": Text(
        "Un lien pour choisir le mot de passe du compte n° {user} a été donné.",
        "A link to choose the password of account no. {user} was created.",
    ),
    "user-take-factors": Text(
        "Les clés et codes du compte n° {user} ont été retirés.",
        "The second factors of account no. {user} were removed.",
    ),
    "user-first-factor": Text(
        "Une deuxième preuve a été mise en place pour la première fois sur le compte n° {user}. Si vous savez"
        " qui s’en sert, confirmez ce compte au bureau, page « À deux ».",
        "Account no. {user} has set up a second factor for the first time. If you know who uses it, "
        "confirm the account at the desk, on the “Two people” page.",
    ),
    "user-factor": Text(
        "Une deuxième preuve a été ajoutée au compte n° {user}. Pendant 14 jours, ce compte ne peut accepter"
        " aucune demande à deux ; si vous savez qui s’en sert, confirmez-le au bureau, page « À deux ».",
        "A second factor was added to account no. {user}. For 14 days this account cannot approve two-person"
        " requests; if you know who uses it, confirm it at the desk, on the “Two people” page.",
    ),
    "user-chosen": Text(
        "Le mot de passe du compte n° {user} a été choisi par un lien. Pendant 14 jours, ce compte ne peut"
        " accepter aucune demande à deux ; si vous savez qui s’en sert, confirmez-le au bureau, page « À deux ».",
        "The password of account no. {user} was chosen with a link. For 14 days this account cannot approve"
        " two-person requests; if you know who uses it, confirm it at the desk, on the “Two people” page.",
    ),
    "user-confirm": Text(
        "Le compte n° {user} a été confirmé par une deuxième personne.",
        "Account no. {user} was confirmed by a second person.",
    ),
    "user-outsider": Text(
        "Le compte n° {user} a été déclaré sans membre : il peut encaisser et corriger sans être relié à une fiche.",
        "Account no. {user} was declared to belong to no member: it may take and correct payments "
        "without being linked to a file.",
    ),
    "user-outsider-end": Text(
        "Le compte n° {user} n’est plus déclaré sans membre : il ne peut rien encaisser avant d’être relié à une"
        " fiche.",
        "The declaration that account no. {user} belongs to no member was withdrawn: the account "
        "cannot take payments until it is linked to a file.",
    ),
    "user-file-asked": Text(
        "Le compte n° {user} n’est relié à aucune fiche. Page « Comptes du bureau », reliez-le à la fiche de la"
        " personne qui s’en sert, ou déclarez-le sans membre. Sinon, dans 14 jours, il ne pourra plus rien"
        " encaisser ni corriger.",
        "Account no. {user} is not linked to a file. On the “Desk accounts” page, link it to the file of the"
        " person who uses it, or declare that it belongs to no member. Otherwise, in 14 days, it can no longer"
        " take or correct payments.",
    ),
    "rule": Text(
        "Une règle de l’association change le {day}. À lire au bureau, page « Règles ».",
        "A rule of the association changes on {day}. See it at the desk, on the “Rules” page.",
    ),
    "tariff": Text(
        "Un tarif change le {day}. À lire au bureau, page « Règles ».",
        "A tariff changes on {day}. See it at the desk, on the “Rules” page.",
    ),
    "answers": Text(
        "Les réponses de « Votre espace » ont été enregistrées : prix et règles changent le {day}. À lire au bureau,"
        " page « Règles ».",
        "The “Your space” answers were saved: prices and rules change on {day}. See them at the desk, on the"
        " “Rules” page.",
    ),
    "answers-off": Text(
        "Les réponses de « Votre espace » ont été retirées : les prix et les règles d’avant s’appliquent. À lire"
        " au bureau, page « Règles ».",
        "The “Your space” answers were withdrawn: the earlier prices and rules apply. See them at the desk, on the"
        " “Rules” page.",
    ),
    "call-off": Text(
        "Un changement prévu a été annulé. À lire au bureau, page « Règles ».",
        "A planned change was cancelled. See it at the desk, on the “Rules” page.",
    ),
    "product": Text(
        "Un produit ou une zone a été ajouté ou changé. À lire au bureau, page « Règles ».",
        "A product or a zone was added or changed. See it at the desk, on the “Rules” page.",
    ),
    "alone": Text(
        "Un acte qui demande deux personnes a été fait par une seule : le bureau ne compte personne d’autre.",
        "A change that needs two people was made by one officer alone: the office has no other officer.",
    ),
    "by-the-machine": Text(
        "Un acte qui demande deux personnes a été fait sur la ligne de commande, par la personne qui tient la machine.",
        "A change that needs two people was made on the machine’s command line, by the person who maintains the"
        " machine.",
    ),
    "asked": Text(
        "Une demande attend une deuxième personne. Acceptez-la ou refusez-la au bureau, page « À deux ». "
        "Sans refus, la personne qui l’a faite peut l’exécuter seule après 14 jours.",
        "A request is waiting for a second person. Accept or refuse it at the desk, on the “Two people” page."
        " Unless it is refused, the person who made the request may carry it out alone after 14 days.",
    ),
    "alone-after": Text(
        "Une demande qui attendait une deuxième personne a été exécutée par une seule, après 14 jours sans refus.",
        "A request that was waiting for a second person was carried out by one person alone, after 14 days"
        " without a refusal.",
    ),
}
_CHANGED = Text(
    "{name}\nAvant : {before}\nDésormais : {after}\nÀ partir du {day}",
    "{name}\nBefore: {before}\nFrom then on: {after}\nFrom {day}",
)
_LOOSENED = Text(
    "Ce changement assouplit une règle qui protège l’association.",
    "This change loosens a rule that protects the association.",
)
_NOTHING = Text("rien", "nothing")
_AT_THE_DESK = Text("à lire au bureau, page « Règles »", "see the “Rules” page at the desk")
_ROLES = Text("Rôles avant : {before}\nRôles désormais : {after}", "Roles before: {before}\nRoles from now on: {after}")
_FILE = Text("Fiche avant : {before}\nFiche désormais : {after}", "File before: {before}\nFile from now on: {after}")
_ROLE_NAMES = {
    Role.PRESIDENT.value: Text("Présidence", "President"),
    Role.TREASURER.value: Text("Trésorerie", "Treasurer"),
    Role.SECRETARY.value: Text("Secrétariat", "Secretary"),
    Role.HOST.value: Text("Accueil", "Host"),
}
_SUBJECT = Text("Bureau : un changement à connaître", "Desk: a change you should know about")
_BODY = Text(
    "Bonjour,\n\n{what}\n\nPar : {who}\nCode de contrôle : {head}\n\nCela vous étonne ? Parlez-en aux autres personnes"
    " du bureau.\n",
    "Hello,\n\n{what}\n\nBy: {who}\nControl code: {head}\n\nIf this is unexpected, talk to the other officers.\n",
)


_BY_TWO = ("asked", "alone-after", "alone", "by-the-machine")  # told to the recipients of heads, too


def officers_and_heads(connection: sa.Connection, without: int | None) -> list[Addressee]:
    """Return the recipients of mails about two-person acts, by address: officers that hear of changes and recipients of
    the chain's heads. `without` is the acting officer.
    """
    by_email = {each.email: each for each in desk_users.others_to_tell(connection, without)}
    recipients = [each for each in head_rows.recipients(connection) if each.active and each.id != without]
    languages = head_rows.languages(connection, [each.id for each in recipients])
    for each in recipients:
        by_email.setdefault(each.email, Addressee(each.email, languages.get(each.id)))
    return [by_email[email] for email in sorted(by_email)]


class ChangeWords(Struct, frozen=True, kw_only=True):
    """A change in the words of the desk's page. A value that is None is shown at the desk only; with `is_money`, values
    go only to officers with the right to see money.
    """

    name: Said
    before: Said | None
    after: Said | None
    is_money: bool = False


class Standing(Struct, frozen=True):
    """The roles of an account, and the number of its holder's file; None where the account is linked to none."""

    roles: tuple[str, ...] = ()
    member: int | None = None


class Watch(Struct, frozen=True, kw_only=True):
    """Seals changes and tells them in the name of `actor`. Without a mail server it only seals."""

    seal: Seal
    actor: str
    sends: bool  # whether there is a mail server
    language: Language  # the house's
    words: Callable[[sa.Connection, Change], ChangeWords] | None = None  # a change in the words of the desk

    @classmethod
    def of(cls, home: Home, actor: str, words: Callable[[sa.Connection, Change], ChangeWords] | None = None) -> "Watch":
        """Return the watch of a home. `words` puts a change of rules into the words of the desk."""
        sends = bool(home.config.mail.server)
        return cls(seal=home.seal, actor=actor, sends=sends, language=home.config.language, words=words)

    def account(
        self,
        connection: sa.Connection,
        moment: Moment,
        act: str,
        user_id: int,
        before: Standing | None = None,
        **more: Json,
    ) -> int:
        """Seal and tell an act on an officer's account, and return its entry. `more` are further facts to seal, among
        them `roles` (with commas between) and `member` where the act sets them; `before` is mailed and not sealed.
        """
        detail: Detail = {"about": ACCOUNT, "act": act, "user": user_id, **more}
        after = (
            None if more.get("roles") is None else Standing(tuple(str(more["roles"]).split(", ")), _int(more["member"]))
        )
        return self._seal(connection, moment, act, detail, user=user_id, before=before, after=after)

    def rule(
        self,
        connection: sa.Connection,
        moment: Moment,
        act: str,
        name: str,
        value: object,
        since: str = "",
        change: Change | None = None,
    ) -> int:
        """Seal a change of a price or a rule, tell the other officers, and return its entry. The new value is sealed as
        a digest; the mail has the values before and after.
        """
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        detail: dict[str, str] = {"about": RULE, "act": act, "name": name, "from": since, "digest": digest}
        return self._seal(connection, moment, act, detail, day=since, change=change)

    def second(
        self,
        connection: sa.Connection,
        moment: Moment,
        act: str,
        detail: Detail,
        group: bytes,
        change: Change | None = None,
        day: str = "",
    ) -> int:
        """Seal and tell that a second officer was asked, what they decided, or that there was none, and return the
        entry. `change` and its `day` are mailed and not sealed.
        """
        sealed_detail = {**detail, "about": SECOND, "act": act}
        return self._seal(connection, moment, act, sealed_detail, group=group, change=change, day=day)

    def tell(self, connection: sa.Connection, moment: Moment, act: str, **values: object) -> None:
        """Mail the other officers about an act, without an entry; without a mail server, or for an act without words
        here, do nothing. `values` fill the words of the act, and have the change that it makes.
        """
        if not self.sends or act not in _WHAT:
            return
        by, head = officer_numbers.number_of(self.actor), ledger.head(connection)
        who = desk_users.called(connection).get(by or 0, self.actor)
        change = values.get("change")
        words = self.words(connection, change) if self.words and isinstance(change, Change) else None
        is_by_two = act in _BY_TWO
        addressees = officers_and_heads(connection, by) if is_by_two else desk_users.others_to_tell(connection, by)
        for officer in addressees:
            language = officer.language or self.language
            shown_values = {**values, "day": _day(values.get("day"), moment, language)}
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient=officer.email,
                subject=_SUBJECT.to(language),
                body=_BODY.to(
                    language,
                    what="\n\n".join(_paragraphs(act, shown_values, officer, words, language)),
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
        """Append the entry that seals an act of the office, mail the other officers, and return the entry's number. The
        `values` go into the mail only; `group` joins the entry to others of the same act.
        """
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


def _paragraphs(
    act: str, values: dict[str, object], officer: Addressee, words: ChangeWords | None, language: Language
) -> Iterator[str]:
    """Yield what happened, a paragraph each: the act; of a rule the values before and after (shown at the desk only
    where the officer may not see them), and that it protected the association; of an account roles and file before and
    after.
    """
    yield _WHAT[act].to(language, **values)
    if words is not None:
        hides = words.is_money and not officer.sees_money
        before, after = (
            (_AT_THE_DESK if hides or value is None else value).to(language) for value in (words.before, words.after)
        )
        yield _CHANGED.to(language, name=words.name.to(language), before=before, after=after, day=values["day"])
    change = values.get("change")
    if isinstance(change, Change) and change.loosens:
        yield _LOOSENED.to(language)
    earlier, later = values.get("before"), values.get("after")
    if isinstance(later, Standing):
        earlier = earlier if isinstance(earlier, Standing) else Standing()
        yield _ROLES.to(language, before=_roles(earlier.roles, language), after=_roles(later.roles, language))
        if earlier.member != later.member:
            yield _FILE.to(language, before=_file(earlier.member, language), after=_file(later.member, language))


def _roles(roles: tuple[str, ...], language: Language) -> str:
    """Return the names of roles, from president to host; "nothing" without roles. Unknown roles are left out."""
    role_names = [words.to(language) for role, words in _ROLE_NAMES.items() if role in roles]
    return ", ".join(role_names) or _NOTHING.to(language)


def _file(number: int | None, language: Language) -> str:
    """Return a file's number as the desk writes it; "nothing" without a file."""
    return _NOTHING.to(language) if number is None else f"{number:04d}"


def _int(value: Json) -> int | None:
    """Return a number or its digits from an entry's detail as an int; None for anything else."""
    return int(value) if isinstance(value, str | int) else None


def _day(since: object, moment: Moment, language: Language) -> str:
    """Return the day from which a change applies, in words; today where it has no day of its own."""
    from kiosk.exports import formats  # heavy, and seldom needed

    return formats.day(str(since) if since else moment.day, language)
