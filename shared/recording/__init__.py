"""How a story puts an event on record: the audit recorder, its actors and its details."""
