"""From the request that a browser brings to the code that a client gets."""
