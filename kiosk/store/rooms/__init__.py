"""The rows of rooms: which there are, what they are held for, series, quotes, parts of the place that are let."""
