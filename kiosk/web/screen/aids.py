"""Makes the screen easier to read or hear: larger, with more contrast, or spoken. One button goes a step further.

The page remembers the step and sends it with each request, like the language, and resets it at the idle screen; a
member may save one in their settings. With the voice, each button says its name before it acts, and each page its
title. A *face* is all that the templates draw of a state (`faces`).
"""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import TYPED
from kiosk.web.screen import texts
from kiosk.web.screen.buttons import Button
from kiosk.web.screen.faces import Face

_PLAN = "floor"  # drawn as large as there is room, with its names in it


class Next(Struct, frozen=True):
    """The step that the button leads to, by its number in `Aids`, and its name; `says` is the recorded sentence that
    names it, where the voice is on.
    """

    step: int
    label: str
    says: str = ""


def step_of(text: str | None) -> Aids:
    """Return the step that a page asks with; `Aids.NONE` for any other text."""
    return next((step for step in Aids if text == str(step.value)), Aids.NONE)


def aided(face: Face, step: Aids, most: Aids) -> Face:
    """Return a face drawn at a step, with the button that leads to the next one; after `most`, the last step that this
    screen has (the voice only where there is sound), the steps begin again.
    """
    is_high = step >= Aids.CONTRAST and " high" not in face.manners
    larger = replace(
        face,
        aided=step,
        manners=f"{face.manners} high" if is_high else face.manners,
        aids=_next(face, step, most),
    )
    return _guided(larger) if step is Aids.VOICE else larger


def _next(face: Face, step: Aids, most: Aids) -> Next | None:
    """Return the button to the next step, on an idle screen with buttons or on a card; None elsewhere, in the dark, and
    on the plan. The steps never go below the one that the member saved (`face.aided`).
    """
    is_idle = face.top and bool(face.buttons)
    following = min(face.aided, most) if step >= most else Aids(step + 1)  # after the last, the member's saved step
    if following is step or not (is_idle or face.bar) or " dim" in face.manners or face.code == _PLAN:
        return None
    says = f"aids-{following.value}" if step is Aids.VOICE else ""
    return Next(following.value, texts.AIDS[following].to(face.language), says)


def _guided(face: Face) -> Face:
    """Return a face for listeners: with a sentence for the page where it has no tone, and one for each button."""
    from kiosk.web.screen import voices  # many a screen makes no sound

    return replace(
        face,
        says="" if face.tone else voices.of_page(face.code),
        buttons=tuple(
            _telling(button, voices.of_act(button.act, button.label, face.language)) for button in face.buttons
        ),
        options=tuple(
            _telling(button, voices.of_act(button.act, button.label, face.language) or voices.of_place(place))
            for place, button in enumerate(face.options)
        ),
    )


def _telling(button: Button, says: str) -> Button:
    """Return a button with its sentence. Keys get none: a code, an amount and a name are private."""
    return button if button.act in TYPED else replace(button, says=says)
