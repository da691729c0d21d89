"""Log entries in the schemas of others: ASIM, OCSF, and our table in Log Analytics. Pure."""
