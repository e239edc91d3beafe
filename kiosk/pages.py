"""The pages of dialogues at the screen: which act leads to which. Each family has a module of its own."""

from collections.abc import Mapping

from kiosk import self_account
from kiosk.dialogue import Page
from kiosk.domain.choices import Act

PAGES: Mapping[Act, Page] = {**self_account.PAGES}
