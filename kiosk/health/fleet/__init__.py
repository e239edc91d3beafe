"""All doors together: what each says of itself to the others, and how all of them are."""
