"""One pass over all that time brings: a declared list of acts, each in a box of its own."""
