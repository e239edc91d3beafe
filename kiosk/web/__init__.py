"""The web applications: `screen`, the door's touchscreen, and `desk`, the office.

The screen does not know the desk; the desk knows of the screen only which texts the association may put in its own words.
"""
