"""A machine is restored from Azure Backup: picked, asked for, followed."""
