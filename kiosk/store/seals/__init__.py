"""Seals of the rows that price, post or give a right: noted as they change, written before the commit, audited."""
