"""The relying party: each ceremony step in one place, over `webauthn` and `storage`.

A finish always goes the same way: the challenge is opened and claimed before anything can fail,
then everything is verified, and only then is something written. So a challenge is spent by its
first answer, whatever that answer was, and nothing unverified ever reaches storage.
"""
