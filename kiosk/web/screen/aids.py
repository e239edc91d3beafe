"""Lets whoever stands there read larger, see more contrast, or listen: one button, a step further with each touch.

The page keeps the step and asks with it, as it does with the language, and gives it back when nobody is there.
"""

from enum import IntEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kiosk.language.texts import Text
from kiosk.web.screen.faces import Face


class Step(IntEnum):
    """How far somebody went; each holds what those before it do."""

    NONE = 0
    LARGER = 1
    CONTRAST = 2
    VOICE = 3


WORDS: Final = {
    Step.NONE: Text("Affichage habituel", "Usual display"),
    Step.LARGER: Text("Texte plus grand", "Larger text"),
    Step.CONTRAST: Text("Plus de contraste", "More contrast"),
    Step.VOICE: Text("Avec la voix", "With the voice"),
}
_WITHOUT = ("sheet",)  # a page has no room for one more button: what was chosen before it holds on it


class Next(Struct, frozen=True):
    """What a touch leads to."""

    step: int
    label: str


def step_of(text: str | None, most: Step) -> Step:
    """The step that a page asks with; none for anything else, and no further than there is."""
    return next((min(each, most) for each in Step if text == str(each.value)), Step.NONE)


def aided(face: Face, step: Step, most: Step) -> Face:
    """A face as it is at this step, with the button that leads to the next; it begins anew after the last."""
    is_high = step >= Step.CONTRAST and " high" not in face.manners
    return replace(
        face,
        larger=face.larger or step >= Step.LARGER,
        manners=f"{face.manners} high" if is_high else face.manners,
        aids=_next(face, step, most),
    )


def _next(face: Face, step: Step, most: Step) -> Next | None:
    is_idle = face.top and bool(face.buttons)
    if face.look.shape in _WITHOUT or not (is_idle or face.bar) or " dim" in face.manners:
        return None
    following = Step.NONE if step >= most else Step(step + 1)
    return Next(following.value, WORDS[following].to(face.language))
