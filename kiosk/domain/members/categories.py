"""What a member may declare for the funders' figures. Optional, and shown in sums only."""

from enum import StrEnum


class Category(StrEnum):
    """A closed list: nothing about health, and nothing that anybody has to prove."""

    STUDENT = "student"
    JOBSEEKER = "jobseeker"
    PROJECT_HOLDER = "project-holder"
    SELF_EMPLOYED = "self-employed"
    EMPLOYEE = "employee"
    RETIRED = "retired"
    OTHER = "other"
