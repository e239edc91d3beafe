"""What the screen's pages keep: codes."""
