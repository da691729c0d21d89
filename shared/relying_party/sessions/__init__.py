"""Sessions: opened by a sign-in, refreshed, listed, ended."""
