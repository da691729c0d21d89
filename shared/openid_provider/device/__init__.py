"""A device asks, a person approves elsewhere, and the device gets tokens (RFC 8628)."""
