"""Access profiles: what may be asked for, by whom, and what it takes."""
