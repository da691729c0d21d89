"""Access profiles: as administrators change them, and as others find them."""
