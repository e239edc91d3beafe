"""What members say of themselves: skills, notices with an end, projects started here; and requests for a skill."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, TypedColumns

from kiosk.store.tables import table


class SkillColumns(TypedColumns):
    """Something that a member can do. `search` is the same without accents and case."""

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    text: Column[str] = Column(String, nullable=False)
    search: Column[str] = Column(String, nullable=False)


skill = table("skill", SkillColumns, sa.UniqueConstraint("member_id", "search"))


class SkillAskColumns(TypedColumns):
    """A member's request to another for a skill: once a day. Kept for a month, and told to the two alone."""

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    to_member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    asked_on: Column[date] = Column(sa.Date, nullable=False, index=True)


skill_ask = table(
    "skill_ask",
    SkillAskColumns,
    sa.UniqueConstraint("member_id", "to_member_id", "asked_on"),
    sa.CheckConstraint("member_id <> to_member_id", name="two"),
)


class NoticeColumns(TypedColumns):
    """Something that a member looks for, offers or begins, until a day, both included."""

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    kind: Column[str] = Column(String, nullable=False)
    text: Column[str] = Column(String, nullable=False)
    made_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date] = Column(sa.Date, nullable=False, index=True)


notice = table(
    "notice",
    NoticeColumns,
    sa.CheckConstraint("kind IN ('seeks', 'offers', 'project')", name="kind"),
    sa.CheckConstraint("until_on >= made_on", name="period"),
)


class ProjectColumns(TypedColumns):
    """Something that was born here; of people it says what its text says."""

    id: Column[int] = Column(Integer, primary_key=True)
    name: Column[str] = Column(String, nullable=False)
    told: Column[str] = Column(String, nullable=False)
    born_on: Column[date] = Column(sa.Date, nullable=False)
    actor: Column[str] = Column(String, nullable=False)


project = table("project", ProjectColumns)
