"""What is to be done: read from the records by one function, said in words, put off by name, told each week."""
