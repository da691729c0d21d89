"""The OAuth 2 endpoints: /token with its grants, /revoke and /introspect."""
