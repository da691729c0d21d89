"""User accounts: their names and user handles, and the credential records that they own. Pure."""
