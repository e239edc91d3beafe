"""The program of members' pages: draws what the desk answers, and holds nothing. Both sides share `speech` alone."""
