"""Names how much the screen helps people with little or no sight: larger text, then more contrast, then the voice.

Each level includes those below it. The button "Aa" changes the level of one page; a member's file may keep one.
"""

from enum import IntEnum


class Aids(IntEnum):
    """A level of help on the screen."""

    NONE = 0
    LARGER = 1
    CONTRAST = 2
    VOICE = 3


def kept(*, larger: bool, contrast: bool, voice: bool) -> Aids:
    """Return the level that a member's file sets: the highest of its three settings."""
    if voice:
        return Aids.VOICE
    return Aids.CONTRAST if contrast else Aids.LARGER if larger else Aids.NONE


def columns(aids: Aids) -> dict[str, bool]:
    """Return the three settings of a member's file that stand for a level."""
    return {
        "larger_text": aids >= Aids.LARGER,
        "more_contrast": aids >= Aids.CONTRAST,
        "voice": aids >= Aids.VOICE,
    }
