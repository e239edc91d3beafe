"""Members' telephones and their pairings."""
