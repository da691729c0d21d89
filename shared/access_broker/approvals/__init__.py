"""A person asks for an action, others approve it, and it is used once."""
