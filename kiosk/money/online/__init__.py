"""Payments that members make online, by HelloAsso Checkout.

The desk keeps what a member asks for (`asking`), one program that calls outwards speaks to the platform (`calling`, by
`platform`), and the desk enters what the platform said (`entering`).
"""
