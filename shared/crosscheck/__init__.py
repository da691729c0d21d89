"""Tables and audit log held against each other: every change has one event, every event its change.

`recorded` gathers what the log says of each account, credential, session, pass and link. `stored`
is what the tables say, and `comparing` finds where the two differ. All of it is pure;
`shared.audit_log.crosschecking` reads the tables.

What is changed while they are read is no contradiction. A difference is "not settled yet" where an
event waits to be sealed in the same partition, or was sealed since the reading began.
"""
