"""Rules, tariffs, opening, wordings, figures, the assembly."""
