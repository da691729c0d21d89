"""Groups of administrators, and an index of the accounts in them."""
