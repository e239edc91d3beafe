"""Shows the touchscreen at the door: takes cards and states, serves pages.

`board` holds what is shown now, `faces` decides how that looks and `texts` what it says, `app` serves it over HTTP and
`serving` is its server. Access, the price of a day and the effect of an undo are decided elsewhere.
"""
