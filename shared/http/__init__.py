"""What HTTP handlers share: bodies, problems, headers, cookies, and the JSON of records."""
