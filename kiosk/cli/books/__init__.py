"""The commands of bookkeeping."""
