"""The audit trail: what an event says, how events become a tree, and how anybody re-checks it.

All of it is pure, and needs nothing else of the service than `shared.base64url`: `verify` is for
people who have an exported file and our public keys, and nothing more of ours.
"""
