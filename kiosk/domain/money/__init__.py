"""The rules of money: prices, tabs, periods of subscriptions, payments and what they settle, cash, cheques, VAT."""
