"""What a bank or a platform says of an account: its files, their lines, and what a line may stand for."""
