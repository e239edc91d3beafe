"""The open rests of the charges on accounts."""
