"""The premises: spots and their holders, lent days, things and loans, registered offices."""
