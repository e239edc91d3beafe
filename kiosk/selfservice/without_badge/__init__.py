"""Pages of members without their badge: coming in by code or because a member vouches, and lost badges."""
