"""All words for people: French with English beside where they are used, other languages in a file each."""
