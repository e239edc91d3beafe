"""The categories that a member may declare for funders' figures. Optional, and shown in sums only."""

from enum import StrEnum


class Category(StrEnum):
    """A category from a closed list, without anything about health, and without proof."""

    STUDENT = "student"
    JOBSEEKER = "jobseeker"
    PROJECT_HOLDER = "project-holder"
    SELF_EMPLOYED = "self-employed"
    EMPLOYEE = "employee"
    RETIRED = "retired"
    OTHER = "other"
