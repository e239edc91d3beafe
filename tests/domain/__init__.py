"""Tests of what is right: values in, values out."""
