"""The service's data in Azure Table Storage.

| table         | partition key               | row key                          | holds          |
|---------------|-----------------------------|----------------------------------|----------------|
| Accounts      | account locator             | `account`, `access-pass`,        | the account    |
|               |                             | `credential:<digest>`,           |                |
|               |                             | `link:<digest>`                  |                |
| Accounts      | account locator             | `session:<session ID>`           | one session    |
| Accounts      | account locator             | `~consent:<digest>`              | of a client    |
| CredentialIds | digest of the credential ID | `owner`                          | its account    |
| Links         | digest of the subject       | `account`                        | its account    |
| Clients       | `clients`                   | client ID                        | one client     |
| Groups        | `groups`                    | group's name                     | one group      |
| Groups        | `members-<group's name>`    | user handle                      | an index row   |
| Profiles      | `profiles`                  | name of the profile, `!set`      | one profile    |
| Logouts       | `notices`                   | session ID and digest of the     | whom to tell   |
|               |                             | client ID                        |                |
| Approvals     | `approvals`                 | `approval:<ID>`                  | one approval   |
| Approvals     | `approvals`                 | `restore:<ID of the approval>`,  | a restore,     |
|               |                             | `restored:<ID of the approval>`  | under way, or  |
|               |                             |                                  | ended          |
| Approvals     | `approvals`                 | `certificate:<end>-<serial>`     | that it was    |
|               |                             |                                  | issued         |
| Approvals     | `approvals`                 | `notice:<ID>.<change>.<webhook>` | whom to tell   |
| RateLimits    | window's end, scope         | limit and digest of the subject  | a count        |
| Service       | `service-key`               | `1`                              | a shared key   |
| AuditOutbox   | last digit of the event ID  | event ID                         | an event       |
| AuditOutbox   | digit of the challenge,     | `~challenge:<minute>-<digest>`   | that it exists |
|               | code or pushed request      |                                  |                |
| AuditOutbox   | digit of the row's name     | `~device:<digest of user code>`  | a device waits |
| AuditLog      | number of the tile          | index of the leaf                | an entry       |
| AuditTree     | `head`, `checkpoints`,      | `head`, size, index              | the tree       |
|               | `roots-<level>-<group>`     |                                  |                |
| AuditTree     | `known`                     | digest of the name               | a snapshot     |
| AuditTree     | `ids-<beginning of the ID>` | event ID                         | its batch      |
| AuditTree     | `people-<account>`          | index of the leaf, counted down  | an index row   |
| AuditTree     | `erasures`                  | account locator                  | a request      |
| AuditTree     | `operators`                 | purpose of a token               | its last use   |
| AuditOutbox   | `tombstones-<hour>`         | event ID                         | their places   |

Digests are SHA-256 in base64url: 43 characters, and all of them are allowed in a key.
Everything about one account is in one partition, so that it changes in one transaction. Sessions
sort after its other rows, as there may be many: a query for the others ends before them.
Rows `~event:<event ID>` are in the partition of their change, in Accounts, Links, Clients,
Profiles, Groups, Logouts, Approvals and AuditTree, until they are sealed. They sort last.
"""
