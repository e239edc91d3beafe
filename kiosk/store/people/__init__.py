"""Rows of what members say of themselves: skills, notices, projects; and which members let others see them."""
