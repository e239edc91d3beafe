"""Says of each kind of card, of each refusal and of each act all that there is to know of it, in one row.

A row holds words, look, seconds, sound and light, and what a card offers; `rows` says what its fields mean. Rows stand
grouped by subject, and `lists` finds them by what they are of.
"""
