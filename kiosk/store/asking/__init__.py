"""What pages ask of the records, remembered: a far server is asked at once."""
