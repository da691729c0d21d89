"""Trusted identity providers: whose tokens we accept, for which users, with which roles.

The settings decide this; the issuer in a token only selects the entry. `token_verification.py`
decides without I/O. `shared.fetching` and `graph/` fetch what it needs. Other packages call
`provider_registry.py`.
"""
