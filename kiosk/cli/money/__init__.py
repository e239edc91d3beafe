"""The commands of payments, the cash box and vouchers."""
