"""Erasure of the personal data in a person's events: requested, confirmed, carried out."""
