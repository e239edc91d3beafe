"""What the premises are made of: spots on a plan, things that are lent, registered offices."""
