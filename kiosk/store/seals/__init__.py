"""Seals of the rows that set a price, post money or give a right: collected as they change, sealed before the commit,
audited.
"""
