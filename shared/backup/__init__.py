"""Backups of the tables: a file of all rows that must outlive the storage account.

| table         | in the file                    | why                                            |
|---------------|--------------------------------|------------------------------------------------|
| Service       | yes                            | without it no account is found by its name     |
| Accounts      | yes, but no access passes and  | a used or deleted pass, or an ended session,   |
|               | sessions                       | would come back                                |
| Links         | yes                            |                                                |
| Clients       | yes, with hashes of secrets    |                                                |
| Groups        | yes, but not who is in them:   | so that the two agree                          |
|               | made again from Accounts       |                                                |
| AuditTree     | yes, but no erasure requests   | a withdrawn request would come back            |
| AuditOutbox   | yes, but no open challenges    | a used challenge could be answered again       |
| AuditLog      | yes                            |                                                |
| CredentialIds | no: made again from Accounts   | so that the two agree                          |
| RateLimits    | no: counting begins again      |                                                |

`exporting.py` says what may change during an export, and `importing.py` which rows an import keeps.
"""
