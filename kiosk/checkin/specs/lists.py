"""Looks up the rows: exactly one for each kind of card, each act and each refusal."""

from collections.abc import Mapping
from typing import Final

from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs import account, entry, house, refusals, visitors, without_badge
from kiosk.checkin.specs.rows import ActSpec, CardSpec, RefusalSpec
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial

SUBJECTS: Final = (entry, visitors, without_badge, account, house)
CARDS: Final[Mapping[CardKind, CardSpec]] = {row.kind: row for subject in SUBJECTS for row in subject.CARDS}
ACTS: Final[Mapping[Act, ActSpec]] = {row.act: row for subject in SUBJECTS for row in subject.ACTS}
REFUSALS: Final[Mapping[Denial, RefusalSpec]] = {row.denial: row for row in refusals.REFUSALS}
