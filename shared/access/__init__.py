"""Access that a verified person may ask for. Pure."""
