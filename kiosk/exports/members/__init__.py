"""What is put together of one member for a page of their own."""
