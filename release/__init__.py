"""Makes releases: builds the wheel and what goes with it, lists, sums and signs them. For the program's maintainers.

`kiosk/jobs/update/release_files.py` reads a release on a kiosk, and defines the files' names and forms.
"""
