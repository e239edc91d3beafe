"""What the pages of dialogues say, by subject."""
