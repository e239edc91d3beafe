"""The commands about the premises: desks, things, registered offices. They name members by number only."""
