"""Prices, tabs, subscriptions' periods, cash, cheques, payment references, VAT."""
