"""Payments that members make online, by HelloAsso Checkout.

The desk stores a member's request (`asking`), one program that calls outwards asks the platform (`calling`, by
`platform`), and the desk enters the platform's answer into the ledger (`entering`).
"""
