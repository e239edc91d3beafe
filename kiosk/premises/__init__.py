"""The premises: spots with their holders and lent days, things with their loans, registered offices."""
