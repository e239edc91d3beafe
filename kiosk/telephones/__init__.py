"""Pairs members' telephones and ends them. What a paired one may do: `kiosk.web.member_pages`."""
