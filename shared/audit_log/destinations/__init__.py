"""Where the sealed log is shipped to: Azure Monitor, and append blobs that nobody can change."""
