"""Microsoft Entra ID asks this service for the second factor of a sign-in. Pure.

Entra calls it an external authentication method, or external MFA:
https://learn.microsoft.com/entra/identity/authentication/concept-authentication-external-method-provider
"""
