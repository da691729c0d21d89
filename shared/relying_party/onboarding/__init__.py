"""How an account comes to exist and gets its first credential: passes, links, provisioning."""
