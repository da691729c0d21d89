"""Approvals and token exchange, with a stand-in of Entra."""
