"""Puts the service together: which store, key and recorder each story is given."""
