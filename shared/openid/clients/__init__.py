"""Clients: who they are, where they may be answered, and how they authenticate."""
