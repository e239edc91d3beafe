"""What the database knows about time, and which spooled taps were entered."""
