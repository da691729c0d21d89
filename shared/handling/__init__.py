"""Shared parts of handlers that use the service: the endpoint wrapper, and the caller."""
