"""Erasure of what is personal in a person's events: requested, confirmed, carried out."""
