"""Words errors, for the screen, the desk, members' pages and the command line alike."""
