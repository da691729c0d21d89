"""The setting IDENTITY_PROVIDERS: a JSON list with an entry for each issuer that is trusted."""
