"""The web applications: `screen`, the door's touchscreen, and `desk`, the office.

The screen knows nothing of the desk; the desk knows of the screen only which texts the association may reword.
"""
