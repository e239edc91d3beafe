"""Has badges prove themselves, and writes their keys: the site's, the maker's while it is lent, the chip at hand."""
