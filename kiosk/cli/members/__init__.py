"""The secretary's commands."""
