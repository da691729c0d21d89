"""A person gets a client certificate for some minutes, by a profile."""
