"""Badges as chips: their product, how they prove themselves, how their keys are written, and how
readers type a number.
"""
