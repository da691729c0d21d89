"""What a client gets for a code, what it is good for, and how it ends."""
