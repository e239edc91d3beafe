"""Pairs members' telephones and ends pairings. `kiosk.web.member_pages` has what a paired telephone may do."""
