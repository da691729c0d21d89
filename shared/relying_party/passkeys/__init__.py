"""Registration and authentication with passkeys, and the credentials of an account."""
