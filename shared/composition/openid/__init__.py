"""How the stories of the OpenID provider are put together."""
