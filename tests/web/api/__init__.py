"""The API: as scripts ask it, through the bytes that its program and the desk exchange."""
