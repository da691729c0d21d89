"""The rows of accounts: credentials, credential IDs, links and access passes."""
