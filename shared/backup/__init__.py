"""Backups of the tables: a file of all rows that must outlive the storage account.

| table         | in the file                    | why                                            |
|---------------|--------------------------------|------------------------------------------------|
| Service       | yes                            | without it no account is found by its name     |
| Accounts      | yes, but no access passes      | a used or deleted pass would come back         |
| Links         | yes                            |                                                |
| AuditTree     | yes, but no erasure requests   | a withdrawn request would come back            |
| AuditOutbox   | yes, but no open challenges    | a used challenge could be answered again       |
| AuditLog      | yes                            |                                                |
| CredentialIds | no: made again from Accounts   | so that the two agree                          |
| Sessions      | no: everybody signs in again   | an ended session would come back               |
| RateLimits    | no: counting begins again      |                                                |

`exporting.py` says what may change during an export, and `importing.py` which rows an import keeps.
"""
