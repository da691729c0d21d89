"""How a client proves that a request comes from it: by a secret, a signed assertion, or a token of
the platform that it runs on.

`credentials.py` reads what a request brings, the others decide. `shared.openid_provider` fetches
the keys, and remembers which assertions were used.
"""
