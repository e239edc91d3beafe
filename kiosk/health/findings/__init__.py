"""Lists the findings of a check in words, one module for each part of a home: a code, a level, a sentence, a remedy."""
