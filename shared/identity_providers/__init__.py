"""Identity providers that we trust: whose tokens we accept, whom they name, with which rights.

The settings decide all of it; a token's issuer only selects the entry. `token_verification.py`
decides alone and without I/O. `discovery.py` and `graph/` fetch what it needs.
`provider_registry.py` is what other packages call.
"""
