"""The stories of this service as a provider of OpenID Connect."""
