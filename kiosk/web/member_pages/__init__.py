"""The desk's side of members' pages: answers what the pages' program asks, for the telephone that it names."""
