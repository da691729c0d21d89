"""Approvals, token exchange and client certificates, with stand-ins of Entra and Key Vault."""
