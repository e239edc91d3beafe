"""Serves the office's pages, for volunteers with a laptop or a telephone on the association's network."""

from kiosk.web.desk import late_encryption

late_encryption.import_library()  # before any of the pages does
