"""The destinations of the sealed log: Azure Monitor, and append blobs that nobody can change."""
