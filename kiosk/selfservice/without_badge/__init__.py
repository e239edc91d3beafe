"""Pages of members without their badge: in by a code or on another's word, a badge that is lost."""
