"""Use-cases of the space's rules: prices and rules by day, the first rules of a new home, the association's identity,
doors and sites, charts, the sheet and the notice at the door.
"""
