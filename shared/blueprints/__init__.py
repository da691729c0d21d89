"""Handlers of HTTP requests: each reads a request, calls a story, and writes the answer."""
