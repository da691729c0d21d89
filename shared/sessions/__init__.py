"""Sessions, which a sign-in begins, and their refresh tokens. Pure."""
