"""Rows of what members say of themselves: skills, notices, projects; and who lets others see them."""
