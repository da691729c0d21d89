"""Authorization requests: reading, deciding, and answering with a code. Pure."""
