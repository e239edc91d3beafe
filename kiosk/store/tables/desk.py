"""The office's tables beside the ledger's: officers' accounts, sign-ins, acts that need a second officer, the log,
corrections, acts that are due, merged files, requests to join.

The same metadata as `kiosk.store.tables`; made by the migrations only.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class Listed(sa.types.TypeDecorator[list[str]]):
    """A list of words, stored as one text with commas between them; no word may contain a comma."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: sa.Dialect) -> str | None:
        """Return the text to store; None for None and for an empty list."""
        return ",".join(value) if value else None

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> list[str]:
        """Return the words of a stored text; an empty list for None."""
        return value.split(",") if value else []


class DeskUserColumns(TypedColumns):
    """An officer's account. Without a password, the invited officer has not followed the link yet.

    The account names its holder's file (`member_id`); or two officers agreed that the holder is no member
    (`outsider_on`, asked for by `outsider_by`); or it may work without a file until the day `without_file_until`. The
    columns `fs_...`, `tf_...` and `mf_...`, and a passkey's, are those of the library that signs in (Flask-Security).
    """

    id: Column[int] = Column(Integer, primary_key=True)
    email: Column[str] = Column(String, nullable=False, unique=True)
    name: Column[str] = Column(String, nullable=False)
    password: Column[str | None] = Column(String, nullable=True)
    active: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.true())
    fs_uniquifier: Column[str] = Column(String, nullable=False, unique=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    language: Column[str | None] = Column(String, nullable=True)
    tf_primary_method: Column[str | None] = Column(String, nullable=True)
    tf_totp_secret: Column[str | None] = Column(String, nullable=True)
    mf_recovery_codes: Column[list[str]] = Column(Listed, nullable=True)
    fs_webauthn_user_handle: Column[str | None] = Column(String, nullable=True, unique=True)
    created_at: Column[datetime] = Column(UtcTime, nullable=False)
    outsider_on: Column[date | None] = Column(sa.Date, nullable=True)
    outsider_by: Column[str | None] = Column(String, nullable=True)
    without_file_until: Column[date | None] = Column(sa.Date, nullable=True)


desk_user = table("desk_user", DeskUserColumns)


class DeskRoleColumns(TypedColumns):
    """A role of officers, by name. The permissions of each role are a table in code."""

    id: Column[int] = Column(Integer, primary_key=True)
    name: Column[str] = Column(String, nullable=False, unique=True)


desk_role = table("desk_role", DeskRoleColumns)


class DeskUserRoleColumns(TypedColumns):
    """A role that an officer's account has."""

    user_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), primary_key=True)
    role_id: Column[int] = Column(Integer, ForeignKey("desk_role.id"), primary_key=True)


desk_user_role = table("desk_user_role", DeskUserRoleColumns)


class DeskPasskeyColumns(TypedColumns):
    """A passkey of an account (WebAuthn)."""

    id: Column[int] = Column(Integer, primary_key=True)
    user_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), nullable=False, index=True)
    credential_id: Column[bytes] = Column(LargeBinary, nullable=False, unique=True)
    public_key: Column[bytes] = Column(LargeBinary, nullable=False)
    sign_count: Column[int] = Column(Integer, nullable=False, server_default="0")
    transports: Column[list[str]] = Column(Listed, nullable=True)
    backup_state: Column[bool] = Column(sa.Boolean, nullable=False)
    device_type: Column[str] = Column(String, nullable=False)
    extensions: Column[str | None] = Column(String, nullable=True)
    name: Column[str] = Column(String, nullable=False)
    usage: Column[str] = Column(String, nullable=False)
    create_datetime: Column[datetime] = Column(UtcTime, nullable=False)
    lastuse_datetime: Column[datetime] = Column(UtcTime, nullable=False)


desk_passkey = table("desk_passkey", DeskPasskeyColumns)


class ApiTokenColumns(TypedColumns):
    """A token with which a script reads lists in an officer's name. The token is stored as a hash; `scopes` are the
    names of the lists. It works until the end of `until_on`, or until it is ended.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    user_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), nullable=False, index=True)
    label: Column[str] = Column(String, nullable=False)
    digest: Column[bytes] = Column(LargeBinary(32), nullable=False, unique=True)
    scopes: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    until_on: Column[date] = Column(sa.Date, nullable=False)
    used_on: Column[date | None] = Column(sa.Date, nullable=True)
    ended_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    ended_by: Column[str | None] = Column(String, nullable=True)


api_token = table(
    "api_token", ApiTokenColumns, sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended")
)


class DeskAttemptColumns(TypedColumns):
    """A failed sign-in, under the keyed hash of the network address, account or device that tried. Counted against
    guessing; deleted after a day.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    at: Column[datetime] = Column(UtcTime, nullable=False, index=True)
    who: Column[str] = Column(String, nullable=False, index=True)


desk_attempt = table("desk_attempt", DeskAttemptColumns)


class DeskSessionEndColumns(TypedColumns):
    """A session ended by signing out, by the hash of its number. Deleted after a day, since no session lasts longer."""

    digest: Column[bytes] = Column(LargeBinary, primary_key=True)
    at: Column[datetime] = Column(UtcTime, nullable=False, index=True)


desk_session_end = table("desk_session_end", DeskSessionEndColumns)


class DeskUsedCodeColumns(TypedColumns):
    """A time-based code that was used, under the keyed hash of its secret, so that it is refused a second time. Deleted
    after a day, since no code is valid that long.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    secret: Column[bytes] = Column(LargeBinary, nullable=False)
    counter: Column[int] = Column(Integer, nullable=False)
    at: Column[datetime] = Column(UtcTime, nullable=False, index=True)


desk_used_code = table("desk_used_code", DeskUsedCodeColumns, sa.UniqueConstraint("secret", "counter"))


class DeskDeviceColumns(TypedColumns):
    """A browser in which an officer has signed in, by the hash of its cookie. Deleted a year after its last use."""

    id: Column[int] = Column(Integer, primary_key=True)
    digest: Column[bytes] = Column(LargeBinary, nullable=False)
    user_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), nullable=False, index=True)
    first_at: Column[datetime] = Column(UtcTime, nullable=False)
    seen_at: Column[datetime] = Column(UtcTime, nullable=False, index=True)


desk_device = table("desk_device", DeskDeviceColumns, sa.UniqueConstraint("digest", "user_id"))


class DeskHandColumns(TypedColumns):
    """An officer's act on another officer's account, such as making it, giving it a role or sending its link; and a
    third officer's later confirmation, if there is one.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    user_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), nullable=False, index=True)
    officer_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), nullable=False)
    act: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    confirmed_by: Column[str | None] = Column(String, nullable=True)
    confirmed_at: Column[datetime | None] = Column(UtcTime, nullable=True)


desk_hand = table(
    "desk_hand",
    DeskHandColumns,
    sa.CheckConstraint("user_id <> officer_id", name="another"),
    sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
)


class DeskFirstFactorColumns(TypedColumns):
    """The first second factor that an officer set up for their own account, and the officer that confirmed it."""

    id: Column[int] = Column(Integer, primary_key=True)
    user_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), nullable=False, index=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    confirmed_by: Column[str | None] = Column(String, nullable=True)
    confirmed_at: Column[datetime | None] = Column(UtcTime, nullable=True)


desk_first_factor = table(
    "desk_first_factor",
    DeskFirstFactorColumns,
    sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
)


class SecondLookColumns(TypedColumns):
    """A correction of money above the limit of the rule, waiting for a second officer. `act` is the key of the form,
    and the id that the correction's entry will have.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    act: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    kind: Column[str] = Column(String, nullable=False)
    account_id: Column[int | None] = Column(Integer, ForeignKey("account.id"), nullable=True)
    entry_number: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True)
    cents: Column[int] = Column(Integer, nullable=False)
    method: Column[str | None] = Column(String, nullable=True)
    reason: Column[str] = Column(String, nullable=False)
    asked_by: Column[str] = Column(String, nullable=False)
    asked_at: Column[datetime] = Column(UtcTime, nullable=False)
    state: Column[str] = Column(String, nullable=False, server_default="open")
    decided_by: Column[str | None] = Column(String, nullable=True)
    decided_at: Column[datetime | None] = Column(UtcTime, nullable=True)


second_look = table(
    "second_look",
    SecondLookColumns,
    sa.CheckConstraint("kind IN ('reverse', 'refund', 'write-off')", name="kind"),
    sa.CheckConstraint("(kind = 'reverse') = (entry_number IS NOT NULL)", name="entry"),
    sa.CheckConstraint("state IN ('open', 'done', 'declined', 'withdrawn')", name="state"),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
    sa.Index("ix_second_look_open", "id", sqlite_where=sa.text("state = 'open'")),
)


class AskedActColumns(TypedColumns):
    """An act other than a correction of money, waiting for a second officer. `wish` is what was asked, as canonical
    text.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    act: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    kind: Column[str] = Column(String, nullable=False)
    wish: Column[str] = Column(String, nullable=False)
    asked_by: Column[str] = Column(String, nullable=False)
    asked_at: Column[datetime] = Column(UtcTime, nullable=False)
    state: Column[str] = Column(String, nullable=False, server_default="open")
    decided_by: Column[str | None] = Column(String, nullable=True)
    decided_at: Column[datetime | None] = Column(UtcTime, nullable=True)


asked_act = table(
    "asked_act",
    AskedActColumns,
    sa.CheckConstraint("state IN ('open', 'done', 'declined', 'withdrawn')", name="state"),
    sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
)


class DeskLogColumns(TypedColumns):
    """A line of the officers' log: an act at the desk, or a member's file that was read. Kept for 12 months. `what`
    names people by number only.

    `digest` covers the line and the digest before it. The person and the subject enter it as `facts`, a salted digest,
    so that both can be erased. `mac` seals the line with the key that `key_id` names; lines of earlier releases have
    none.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    at: Column[datetime] = Column(UtcTime, nullable=False, index=True)
    actor: Column[str] = Column(String, nullable=False)
    act: Column[str] = Column(String, nullable=False)
    member_number: Column[int | None] = Column(Integer, nullable=True, index=True)
    what: Column[str | None] = Column(String, nullable=True)
    salt: Column[bytes | None] = Column(LargeBinary, nullable=True)
    facts: Column[bytes | None] = Column(LargeBinary, nullable=True)
    digest: Column[bytes | None] = Column(LargeBinary, nullable=True)
    key_id: Column[str | None] = Column(String, nullable=True)
    mac: Column[bytes | None] = Column(LargeBinary, nullable=True)


desk_log = table("desk_log", DeskLogColumns)


class DeskLogStartColumns(TypedColumns):
    """The last line that was deleted from the log for its age: the chain of the kept lines begins with its digest."""

    id: Column[int] = Column(Integer, primary_key=True)
    line: Column[int] = Column(Integer, nullable=False)
    digest: Column[bytes] = Column(LargeBinary, nullable=False)
    key_id: Column[str | None] = Column(String, nullable=True)
    mac: Column[bytes | None] = Column(LargeBinary, nullable=True)


desk_log_start = table("desk_log_start", DeskLogStartColumns, sa.CheckConstraint("id = 1", name="single"))


class DeskLogLastColumns(TypedColumns):
    """The last line that each key wrote into the log: if the log's end was cut off, this line is missing there."""

    key_id: Column[str] = Column(String, primary_key=True)
    line: Column[int] = Column(Integer, nullable=False)
    mac: Column[bytes] = Column(LargeBinary, nullable=False)


desk_log_last = table("desk_log_last", DeskLogLastColumns)


class CorrectionColumns(TypedColumns):
    """A mistake reported by a member: a day without a tap (`forgotten`), or a line of their account (`error`).

    `visit_id` is the visit that was written when an officer accepted it.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    kind: Column[str] = Column(String, nullable=False)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    day_on: Column[date] = Column(sa.Date, nullable=False)
    entry_number: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True)
    said: Column[str | None] = Column(String, nullable=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    state: Column[str] = Column(String, nullable=False, server_default="open")
    decided_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    decided_by: Column[str | None] = Column(String, nullable=True)
    visit_id: Column[int | None] = Column(Integer, ForeignKey("visit.id"), nullable=True)


correction = table(
    "correction",
    CorrectionColumns,
    sa.CheckConstraint("kind IN ('forgotten', 'error')", name="kind"),
    sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name="state"),
    sa.Index("ix_correction_open", "day_on", sqlite_where=sa.text("state = 'open'")),
)


class DueActColumns(TypedColumns):
    """An act of `kiosk due` that is done, by kind, subject and period: a subscription's month, for example. It is done
    once.
    """

    kind: Column[str] = Column(String, primary_key=True)
    subject: Column[int] = Column(Integer, primary_key=True)
    period: Column[str] = Column(String, primary_key=True)
    entry_number: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True)
    done_at: Column[datetime] = Column(UtcTime, nullable=False)


due_act = table("due_act", DueActColumns, sqlite_with_rowid=False)


class FailingActColumns(TypedColumns):
    """An act of `kiosk due` that fails: since when, with which error code, how often, and the day of the last mail
    about it. The row is deleted at the first success.
    """

    act: Column[str] = Column(String, primary_key=True)
    code: Column[str] = Column(String, nullable=False)
    first_at: Column[datetime] = Column(UtcTime, nullable=False)
    last_at: Column[datetime] = Column(UtcTime, nullable=False)
    times: Column[int] = Column(Integer, nullable=False, server_default="1")
    told_on: Column[date | None] = Column(sa.Date, nullable=True)


failing_act = table("failing_act", FailingActColumns)


class DeclaredCategoryColumns(TypedColumns):
    """The category that a member chose to declare for the funders' figures, from a day on. Shown in totals only."""

    id: Column[int] = Column(Integer, primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    category: Column[str] = Column(String, nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)


declared_category = table("declared_category", DeclaredCategoryColumns, sa.UniqueConstraint("member_id", "from_on"))


class FileMergeColumns(TypedColumns):
    """A merge of two files of one person. `moved` is JSON of what was moved, so that it can be moved back."""

    id: Column[int] = Column(Integer, primary_key=True)
    kept_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    merged_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    moved: Column[str] = Column(String, nullable=False)
    undone_at: Column[datetime | None] = Column(UtcTime, nullable=True)


file_merge = table("file_merge", FileMergeColumns, sa.CheckConstraint("kept_id <> merged_id", name="two_files"))


class JoiningColumns(TypedColumns):
    """A request to join made at the screen, with the versions of the texts that were accepted, by the day of their last
    change.

    With a sponsor the newcomer is a member at once; without one, once the desk has approved. `settled_at` is set when
    the desk has dealt with it. `request_id` is a request from the public pages that this one continues; both are
    settled together.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    day_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    statutes_on: Column[date | None] = Column(sa.Date, nullable=True)
    house_rules_on: Column[date | None] = Column(sa.Date, nullable=True)
    name: Column[str | None] = Column(String, nullable=True)
    language: Column[str | None] = Column(String, nullable=True)
    fingerprint: Column[bytes] = Column(LargeBinary(32), nullable=False)
    tail: Column[str] = Column(String(4), nullable=False)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    sponsor_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    settled_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    settled_by: Column[str | None] = Column(String, nullable=True)
    request_id: Column[int | None] = Column(Integer, nullable=True)


joining = table(
    "joining",
    JoiningColumns,
    sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),
    sa.Index("ix_joining_open", "id", sqlite_where=sa.text("settled_at IS NULL")),
)


class FindingColumns(TypedColumns):
    """A finding of the last check, in its order: a code, and its values as JSON. No personal data."""

    ordinal: Column[int] = Column(Integer, primary_key=True)
    code: Column[str] = Column(String, nullable=False)
    detail: Column[str] = Column(String, nullable=False)
    noted_at: Column[datetime] = Column(UtcTime, nullable=False)


finding = table("finding", FindingColumns)


class ScenarioColumns(TypedColumns):
    """A saved scenario of prices, as JSON, to be looked at again. It changes no price."""

    id: Column[int] = Column(Integer, primary_key=True)
    key: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    name: Column[str] = Column(String, nullable=False)
    spec: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)


scenario = table("scenario", ScenarioColumns)


class AnswerBatchColumns(TypedColumns):
    """Answers given while setting up a space, as JSON of what was typed; `written` lists as JSON the rows made of them,
    once they are made. A batch can be undone once after that.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    answers: Column[str] = Column(String, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    written: Column[str | None] = Column(String, nullable=True)
    written_by: Column[str | None] = Column(String, nullable=True)
    written_on: Column[date | None] = Column(sa.Date, nullable=True)
    taken_back_by: Column[str | None] = Column(String, nullable=True)


answer_batch = table(
    "answer_batch",
    AnswerBatchColumns,
    sa.CheckConstraint("(written IS NULL) = (written_on IS NULL)", name="written"),
    sa.CheckConstraint("written IS NOT NULL OR taken_back_by IS NULL", name="taken_back"),
)
