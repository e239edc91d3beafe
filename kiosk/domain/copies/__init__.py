"""The rules of backups and releases: where copies go, which of them are kept, versions, and the keys that sign
releases.
"""
