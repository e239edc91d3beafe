"""Writes files and papers for people and programs from rows that the store reads: CSV, workbooks, PDF, calendars,
pages.
"""
