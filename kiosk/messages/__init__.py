"""Tells people by mail or notification: the outbox, the mailer, and each kind of message."""
