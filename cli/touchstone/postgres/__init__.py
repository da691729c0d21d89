"""psql, started with what it needs to get in."""
