"""The audit log's format: events, the Merkle tree over them, and how anybody verifies the log.

All of it is pure and imports nothing else of the service than `shared.base64url`. `verify` needs
only an exported file and our public keys.
"""
