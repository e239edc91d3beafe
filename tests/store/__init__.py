"""Tests of the records, on databases that the migrations made."""
