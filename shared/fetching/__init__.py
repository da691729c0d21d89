"""Requests to others over TLS, of limited size and time, and caches of what they answered."""
