"""Profiles of access, approvals, and what comes of them."""
