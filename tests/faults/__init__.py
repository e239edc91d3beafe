"""What happens to the data when the power goes, the disk fills or a process is killed."""
