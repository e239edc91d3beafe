"""Answers a request's text from one reading of the database."""

from kiosk.web.desk.common.office import office
from kiosk.web.desk.finder import rule_values
from kiosk.web.desk.finder.answers import Answer, answer


def answered(text: str) -> Answer:
    """Return the lines that fit a text."""
    with office().reading() as connection:
        return answer(connection, text, rule_values.sayer(connection))
