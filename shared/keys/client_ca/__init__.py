"""The key of the authority that issues client certificates: here, or in Key Vault for good."""
