"""Messages to people by mail or notification: the outbox, the mailer, and one module for each kind of message."""
