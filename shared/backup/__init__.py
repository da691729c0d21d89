"""Backups of the tables: a file of all rows that have to outlive the storage account.

| table         | in the file                    | why                                           |
|---------------|--------------------------------|-----------------------------------------------|
| Service       | yes                            | without it no name leads to its account       |
| Accounts      | yes, but no access passes      | one that was spent or deleted would come back |
| Links         | yes                            |                                               |
| AuditTree     | yes, but no erasure requests   | one that was withdrawn would come back        |
| AuditOutbox   | yes                            |                                               |
| AuditLog      | yes                            |                                               |
| CredentialIds | no: made again from Accounts   | so that the two agree                         |
| Sessions      | no: all sign in again          | one that was ended would come back            |
| Challenges    | no: whoever began begins again | one that was answered could be answered again |
| RateLimits    | no: counting begins again      |                                               |

`exporting.py` tells what may change while it reads, `importing.py` what is written over what.
"""
