"""Compares the tables with the audit log: each change has one event, and each event its change.

`recorded` collects the data of the log about each account, credential, session, pass, link and
client. `stored` has the data of the tables. `comparing` finds the differences. All of it is pure;
`shared.audit_log.crosschecking` reads the tables.

Changes that happen during the reading are not wrong. A difference is "not settled yet" if an event
in the same partition waits to be sealed, or was sealed after the reading began.
"""
