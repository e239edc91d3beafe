"""`kiosk due`: one pass over everything that falls due by time, as a declared list of acts that fail independently."""
