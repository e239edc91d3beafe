"""The reasons for a reduced tariff: a closed list that reveals nothing about anyone's health."""

from datetime import date
from enum import StrEnum

from kiosk.domain.problems import Problem


class Reason(StrEnum):
    """The proof that a person showed, or the body that decided. No reason suggests an illness or a disability."""

    STUDENT = "student"
    APPRENTICE = "apprentice"
    JOBSEEKER = "jobseeker"
    LOW_INCOME = "low-income"
    YOUNG = "young"
    RETIRED = "retired"
    VOLUNTEER = "volunteer"  # in civic service
    DECISION = "decision"  # the association decided so for this person


def check(reason: str, level: str, levels: list[str], from_on: date, until_on: date) -> Reason:
    """Return the reason of a grant after checking it. Raises Problem `reduced-reason`, `reduced-level` or
    `reduced-period`.
    """
    if reason not in set(Reason):
        raise Problem("reduced-reason", field="reason", choices=", ".join(Reason))
    if level not in levels:
        raise Problem("reduced-level", field="level", given=level, choices=", ".join(levels) or "none")
    if until_on < from_on:
        raise Problem("reduced-period", field="until")
    return Reason(reason)
