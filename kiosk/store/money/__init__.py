"""Tabs, rights that are sold, the cash box, payments on their way to the bank, reversals."""
