"""Groups as administrators make them, and the accounts in them."""
