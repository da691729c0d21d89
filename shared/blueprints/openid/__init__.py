"""The endpoints of this service as a provider of OpenID Connect."""
