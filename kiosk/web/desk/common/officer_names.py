"""Names the officer behind an act: by today's name, or by the account's number where the name was erased."""

from flask import g

from kiosk.domain.members import officer_numbers
from kiosk.language import codes
from kiosk.store.officers import desk_users
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import language, t


def called(actor: str) -> str:
    """Return the author of an entry or an act in words: an officer's name or number, or the program that did it."""
    number = officer_numbers.number_of(actor)
    if number is None:  # a program, or the e-mail address of an officer in an older entry
        return codes.say(codes.ACTORS, actor.removeprefix(officer_numbers.BEFORE), language())
    if "officers" not in g:
        with office().reading() as connection:
            g.officers = desk_users.called(connection)
    names: dict[int, str] = g.officers
    return names.get(number) or t("compte n° {number}", "account no. {number}", number=number)
