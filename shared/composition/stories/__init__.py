"""The stories of the service by subject, each put together when it is first asked for."""
