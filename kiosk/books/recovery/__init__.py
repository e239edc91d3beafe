"""Repairs records that lack entries known elsewhere, after a restore or after an older copy was put back."""
