"""Holds the web applications: `screen`, the door's touchscreen, `desk`, the office, and `pages`, the members' and
public pages, with the desk's side of these in `member_pages` and `public_pages`.

The screen knows nothing of the desk; the desk knows of the screen only which texts the association may reword.
"""
