"""Shared parts of HTTP handlers: bodies, problems, headers, cookies, and the JSON of records."""
