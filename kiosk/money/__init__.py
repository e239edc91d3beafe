"""Use-cases of money: payments, sales, corrections, the cash box, subscriptions, expiry of prepaid days, vouchers."""
