"""Challenges and credentials in Azure Table Storage.

| table         | partition key               | row key                          | holds          |
|---------------|-----------------------------|----------------------------------|----------------|
| Challenges    | minute of expiry, shard     | digest of the challenge          | that it exists |
| Accounts      | account locator             | `account`, `access-pass`,        | the account    |
|               |                             | `credential:<digest>`,           |                |
|               |                             | `link:<digest>`                  |                |
| CredentialIds | digest of the credential ID | `owner`                          | whose it is    |
| Links         | digest of the subject       | `account`                        | whose it is    |
| Sessions      | day of the end, locator     | session ID                       | one session    |
| RateLimits    | window's end, scope         | limit and digest of the subject  | a count        |
| Service       | `service-key`               | `1`                              | a shared key   |
| AuditOutbox   | last digit of the event ID  | event ID                         | an event       |
| AuditLog      | number of the tile          | index of the leaf                | an entry       |
| AuditTree     | `head`, `checkpoints`,      | `head`, size, index              | the tree       |
|               | `roots-<level>-<group>`     |                                  |                |
| AuditTree     | `known`                     | digest of the name               | what was known |
| AuditTree     | `ids-<beginning of the ID>` | event ID                         | that it is in  |
| AuditTree     | `people-<account>`          | index of the leaf, counted down  | about whom     |
| AuditTree     | `erasures`                  | account locator                  | a request      |
| AuditOutbox   | `tombstones-<hour>`         | event ID                         | where they are |

Digests are SHA-256 in base64url: 43 characters, none of them forbidden in a key, whatever the
input. Everything about one account is in one partition, so that it changes in one transaction.
Rows `~event:<event ID>` stand beside what they tell of, in Accounts, Sessions, Links and AuditTree,
until they are sealed.
"""
