"""Tabs, sales' rights, the cash box, payments on their way to the bank, reversals."""
