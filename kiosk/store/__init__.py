"""Holds all SQL of the program: engine, tables, guards, ledger, and a folder for each subject.

Functions take a Connection whose transaction the caller opened; they never commit.
"""
