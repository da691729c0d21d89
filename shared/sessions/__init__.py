"""Sessions: what follows a sign-in, and the refresh tokens that carry it. Pure."""
