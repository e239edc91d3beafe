"""The place and its rules: policies and prices by day, first rules, the association, figures, sheet and notice."""
