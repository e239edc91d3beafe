"""The installer: what a Debian machine needs to be a kiosk. The standard library only, since it runs before the rest.

`scripts/install` and `scripts/uninstall` hand over to `python3 -m kiosk.install`. Each step looks first and changes
only what is not as it should be, so that a second run, or one after a run that was cut, is harmless.
"""
