"""Azure Tables: the client, its few operations, and how rows are read and written."""
