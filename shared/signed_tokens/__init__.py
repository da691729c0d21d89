"""Signed tokens of others (RFC 7515): their form, their claims, and the keys that verify them."""
