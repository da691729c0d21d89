"""OpenID Connect: what the protocol says. Pure."""
