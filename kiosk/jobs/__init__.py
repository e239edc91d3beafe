"""What is done beside the taps: in the background, again and again."""
