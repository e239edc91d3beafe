"""What is known of a member, and what a file of members says."""
