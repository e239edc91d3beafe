"""Shows what officers have to do: their duties in the words of the desk's pages, and how many wait in each area."""
