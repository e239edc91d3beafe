"""Holds the pages about officers' accounts: signing in, second factors, desk accounts, agreement by two, tokens, the
log.
"""
