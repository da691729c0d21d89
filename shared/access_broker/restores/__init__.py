"""Restores of Azure Backup: what a profile's vault holds, and approved restores to their end."""
