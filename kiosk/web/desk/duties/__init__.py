"""What is to be done, as the desk's pages say it."""
