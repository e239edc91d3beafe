"""Use-cases of rooms: booking, moving, cancelling, claiming by a tap, releasing after a no-show and charging; quotes,
and zones that are let for some hours.
"""
