"""Log entries in other schemas: ASIM, OCSF, and our own table in Log Analytics. Pure."""
