"""The rows of the audit log: the outbox, entries, the index, cursors and erasures."""
