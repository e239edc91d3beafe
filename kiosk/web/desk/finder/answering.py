"""Answers a request's text in one reading of the books."""

from kiosk.web.desk.common.office import office
from kiosk.web.desk.finder import rule_values
from kiosk.web.desk.finder.answers import Answer, answer


def answered(text: str) -> Answer:
    """Answer what is typed."""
    with office().reading() as connection:
        return answer(connection, text, rule_values.sayer(connection))
