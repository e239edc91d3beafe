"""Has badges prove that they are no copies, and writes their keys: the site's, and the maker's while it is lent."""
