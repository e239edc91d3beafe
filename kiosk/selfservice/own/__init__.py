"""A member’s own affairs: their plan, their code, their telephones."""
