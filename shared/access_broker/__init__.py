"""The stories of access: what is read, checked and written, in which order."""
