"""The rules of the premises: spots on the plan, things that are lent, registered offices."""
