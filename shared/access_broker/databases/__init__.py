"""Tokens of this service that open databases, by profiles of the kind `postgresql-oauth`."""
