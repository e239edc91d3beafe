"""Holds the pages about the premises: the plan with its desks, things to lend, registered offices."""
