"""The desk's side of the public's pages: answers what is asked without a telephone that is paired."""
