"""Azure Tables: the client, its operations, and the reading and writing of rows."""
