"""Restores of Azure Backup: what is asked for, the requests to Azure Resource Manager and its
answers, and how far a restore is. Pure."""
