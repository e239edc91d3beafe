"""Releases made: the wheel and what goes with it, listed, summed and signed. For whoever maintains the program.

What reads a release on a kiosk is `kiosk/jobs/update/release_files.py`; the names and forms are that module's.
"""
