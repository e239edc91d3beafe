"""Pages of the premises at the screen: the plan and its desks, things."""
