"""PostgreSQL as a resource: a database, and the role in which a person is there."""
