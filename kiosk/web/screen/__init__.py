"""Shows the touchscreen at the door: takes cards and states, serves pages.

`board` holds what is to be seen now, `faces` says what it looks like and `texts` what it says, `app` serves it and
`serving` is its server. Access, the price of a day and the effect of an undo are decided elsewhere.
"""
