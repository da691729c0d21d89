"""Web pages behind a proxy: what the proxy says of a request, and what it is answered. Pure."""
