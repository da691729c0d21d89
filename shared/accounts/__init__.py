"""Whose credentials they are: user accounts, their names and handles, credential records. Pure."""
