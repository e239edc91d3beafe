"""Pages of the premises at the screen: prices, the plan and its desks, things to borrow."""
