"""Names how far the screen helps people with little or no sight: larger, with more contrast, with the voice.

Each step holds what those before it do. A page has a step of its own, by the button "Aa"; a member may keep one.
"""

from enum import IntEnum


class Aids(IntEnum):
    """A step."""

    NONE = 0
    LARGER = 1
    CONTRAST = 2
    VOICE = 3


def kept(*, larger: bool, contrast: bool, voice: bool) -> Aids:
    """Return the step that a member keeps: the furthest of what their file says."""
    if voice:
        return Aids.VOICE
    return Aids.CONTRAST if contrast else Aids(larger)


def columns(aids: Aids) -> dict[str, bool]:
    """Return what a member's file says of a step."""
    return {
        "larger_text": aids >= Aids.LARGER,
        "more_contrast": aids >= Aids.CONTRAST,
        "voice": aids >= Aids.VOICE,
    }
