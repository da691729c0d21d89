"""People at web pages behind a proxy: each request is checked, and they sign in there and out."""
