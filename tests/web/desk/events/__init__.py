"""The desk's pages about events, and the agenda for everybody."""
