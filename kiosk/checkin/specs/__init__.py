"""The rows that describe every kind of card, every refusal and every act, one row each.

A row holds words, look, seconds, sound and light, and what a card offers; `rows` defines its fields. Rows are grouped
by subject, and `lists` looks them up by kind, refusal or act.
"""
