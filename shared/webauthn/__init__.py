"""WebAuthn Level 3 registration and authentication, as pure functions over values.

No I/O, no clock, no environment, no randomness: all four are passed in. The verification steps
carry the numbers of https://www.w3.org/TR/webauthn-3/ sections 7.1 and 7.2.
"""
