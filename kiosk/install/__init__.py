"""The installer: makes a Debian machine a kiosk. It uses the standard library only, since it runs before anything is
installed.

`scripts/install` and `scripts/uninstall` hand over to `python3 -m kiosk.install`. Each step looks first and changes
only what is not as it should be, so that a second run, or one after an interrupted run, does no harm.
"""
