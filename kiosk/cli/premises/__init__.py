"""Commands about the premises. Members stand in them by their numbers alone."""
