"""Commands of payments, the cash box and vouchers."""
