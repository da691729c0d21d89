"""Microsoft Graph: reads the groups of the user or application that a token of Entra ID names."""
