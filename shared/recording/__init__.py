"""How a story records an event: the audit recorder, its actors and its details."""
