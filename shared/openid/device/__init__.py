"""The device flow (RFC 8628): a device shows a code, and a person types it elsewhere. Pure."""
