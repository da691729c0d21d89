"""Goes through the sealed entries: to index them, and to remove the sessions that they opened."""
