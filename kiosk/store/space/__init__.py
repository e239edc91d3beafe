"""The association's dated rows, and the figures drawn of its visits."""
