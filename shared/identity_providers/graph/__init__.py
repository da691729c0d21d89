"""Microsoft Graph: reads the user that a token of Entra ID names."""
