"""What is owed and paid: payments, sales, corrections, the cash box, subscriptions, carnets' expiry, vouchers."""
