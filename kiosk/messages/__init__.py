"""What is told by mail or notification: the outbox, the mailer, and each message that leaves."""
