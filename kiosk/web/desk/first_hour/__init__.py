"""The first hour of a space at the desk: its first officer, the eight questions, the first steps."""
