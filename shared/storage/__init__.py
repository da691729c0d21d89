"""Challenges and credentials in Azure Table Storage.

| table         | partition key               | row key                          | holds          |
|---------------|-----------------------------|----------------------------------|----------------|
| Challenges    | minute of expiry, shard     | digest of the challenge          | that it exists |
| Accounts      | account locator             | `account`, `credential:<digest>` | the account    |
| CredentialIds | digest of the credential ID | `owner`                          | whose it is    |
| Service       | `service-key`               | `1`                              | a shared key   |

Digests are SHA-256 in base64url: 43 characters, none of them forbidden in a key, whatever the
input. Everything about one account is in one partition, so that it changes in one transaction.
"""
