"""Handlers of HTTP requests: each reads a request, calls a use case, and writes the answer."""
