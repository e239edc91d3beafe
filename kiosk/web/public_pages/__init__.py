"""Holds the desk's side of the public pages: answers what is asked without a paired telephone."""
