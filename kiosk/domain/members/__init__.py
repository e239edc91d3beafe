"""The rules about members: their files, imports, permissions, and what officers may decide."""
