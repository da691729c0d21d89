"""Microsoft Entra ID as the service that gives tokens for our assertions, asked with msal."""
