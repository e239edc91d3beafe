"""Tables of what members share with each other: skills, notices with a last day, projects begun here, requests for a
skill.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, TypedColumns

from kiosk.store.tables import table


class SkillColumns(TypedColumns):
    """A skill of a member. `search` is the text without accents and case."""

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    text: Column[str] = Column(String, nullable=False)
    search: Column[str] = Column(String, nullable=False)


skill = table("skill", SkillColumns, sa.UniqueConstraint("member_id", "search"))


class SkillAskColumns(TypedColumns):
    """A member's request to another about a skill, at most once a day. Kept for a month, and shown
    to these two alone.
    """

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
    """A member's notice, from a day until a day, both included: a thing they seek or offer, or a project they begin."""

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
    """A project that began at the space, as a public text. It has no link to a member's file: people appear only in the
    text.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    name: Column[str] = Column(String, nullable=False)
    told: Column[str] = Column(String, nullable=False)
    born_on: Column[date] = Column(sa.Date, nullable=False)
    actor: Column[str] = Column(String, nullable=False)


project = table("project", ProjectColumns)
