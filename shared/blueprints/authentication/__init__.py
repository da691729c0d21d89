"""Authentication: a module for each of its two requests, as the first needs much less."""
