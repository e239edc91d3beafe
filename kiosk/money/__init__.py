"""Handles what is owed and paid: payments, sales, corrections, the cash box, subscriptions, expiry, vouchers."""
