"""What access is asked for, and what became of it."""
