"""Client certificates of X.509, and the authority that issues them."""
