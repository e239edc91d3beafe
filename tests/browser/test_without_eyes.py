"""A member who is blind, before the real door in its own time: what they hear, what they touch, and how often.

They know what stands there by Chromium's accessibility tree alone, and the voice is kept for their badge: the first
touch says the button, the second does it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Request

from kiosk import home
from kiosk.web.screen import tones, voices
from tests.processes import until

from .door import CAST, Door, prepare, uid, watched
from .looks import FRENCH

pytestmark = pytest.mark.promise(7)
SENTENCE = re.compile(r"/(says|tone)/([a-z0-9-]+)\.wav\?(?:aids=3&)?speaks=fr")


@pytest.fixture
def door(tmp_path: Path, chromium: Browser) -> Iterator[Door]:
    """A door that is never silent, in real time, and a member who keeps the voice."""
    prepared = prepare(tmp_path)
    settings = prepared / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace("dims_until = 7", "dims_until = 22"), "utf-8")
    with home.opened(prepared) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET voice = ? WHERE name = ?", (True, CAST["pays"][0]))
    with watched(prepared, tmp_path / "lived", chromium, "fr", [FRENCH], hurries=False) as found:
        yield found


@dataclass
class Listener:
    """Ears and a finger. `touches` counts each that came down, those that only asked too."""

    door: Door
    touches: int = 0
    sounds: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree: CDPSession = self.door.page.context.new_cdp_session(self.door.page)
        self.tree.send("Accessibility.enable")
        self.door.page.on("request", self._hears)

    def _hears(self, request: Request) -> None:
        if sound := SENTENCE.search(request.url):
            self.sounds.append(sound[2])

    def _nodes(self) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = self.tree.send("Accessibility.getFullAXTree")["nodes"]
        return [each for each in nodes if not each["ignored"]]

    def said(self) -> str:
        """What the live region says now."""
        by_id = {each["nodeId"]: each for each in self._nodes()}
        regions = [each for each in by_id.values() if each["role"]["value"] == "status"]
        below = [by_id[child] for each in regions for child in each["childIds"] if child in by_id]
        return _plain(" ".join(str(each["name"]["value"]) for each in below))

    def hears(self, sound: str) -> None:
        """Wait for a tone or a sentence. What the page asked for is known only while it is asked something itself."""
        until(lambda: self.said() and self.sounds[-1:] == [sound])

    def listens(self, *words: str) -> None:
        """Wait until all of this is said at once."""
        until(lambda: all(each in self.said() for each in words))

    def buttons(self) -> dict[str, dict[str, Any]]:
        """What there is to touch, by its name."""
        found = (each for each in self._nodes() if each["role"]["value"] == "button")
        return {_plain(each["name"]["value"]): each for each in found}

    def does(self, name: str, says: str = "") -> None:
        """Touch a button once, hear what it is, and touch it again."""
        until(lambda: name in self.buttons())
        self.door.page.wait_for_selector("#stage:not([aria-disabled])")
        sentence = says or next(each for each, text in voices.SENTENCES.items() if text.to("fr") == name)
        self.touch(name)
        self.hears(sentence)
        self.listens(name)
        self.touch(name)

    def touch(self, name: str) -> None:
        """Bring a finger down on the middle of a button."""
        node = self.buttons()[name]["backendDOMNodeId"]
        edges = self.tree.send("DOM.getBoxModel", {"backendNodeId": node})["model"]["border"]
        self.touches += 1
        self.door.page.touchscreen.tap((edges[0] + edges[4]) / 2, (edges[1] + edges[5]) / 2)


def test_a_member_who_is_blind_comes_in_undoes_pays_and_gets_help(door: Door) -> None:
    listener, badge = Listener(door), uid("pays", "fr")
    counted = {}

    door.tap(badge)  # in
    listener.listens("Bonjour Diane. La porte s’ouvrirait. Journée comptée.")  # simulated, as it says
    listener.hears("rising")
    door.page.wait_for_function("performance.getEntriesByType('resource').some((each) => each.name.includes('aloud'))")
    counted["enter"], listener.touches = listener.touches, 0

    listener.does("Annuler")
    listener.listens("Journée annulée")
    counted["undo"], listener.touches = listener.touches, 0

    door.tap(badge)
    listener.listens("Journée comptée.")
    listener.does("Payer, acheter")
    listener.listens("Présentez votre badge")
    door.tap(badge)
    listener.listens("10,00 €", "Espèces")
    listener.does("Espèces dans la caisse", says="choice-1")
    listener.listens("Combien mettez-vous ?", "10 €")
    listener.does("10 €", says="choice-1")
    listener.listens("C’est noté. Mettez 10,00 € dans la caisse.", "Une fois la caisse comptée 0,00 €")
    counted["pay"], listener.touches = listener.touches, 0
    assert set(listener.sounds) <= {*voices.SENTENCES, *tones.TONES}  # no name, no sum
    listener.does("Terminé")

    door.page.wait_for_selector('#stage:not([aria-disabled]) [data-state="idle"]')
    listener.touches = 0
    listener.touch("Aide")
    listener.listens("Ça sonne")
    counted["help"] = listener.touches
    assert counted == {"enter": 0, "undo": 2, "pay": 6, "help": 1}
    kinds = [kind for kind, _ in door.entries(CAST["pays"][0])]
    assert kinds[-4:] == ["charge", "reversal", "charge", "declaration"]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
