"""Rows of the premises: spots, who has them, lent days, things and loans, registered offices."""
