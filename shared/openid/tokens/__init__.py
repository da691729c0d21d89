"""What a client gets for a code: ID tokens, access tokens, and the names in them. Pure."""
