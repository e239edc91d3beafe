"""What is put into words for every edge alike."""
