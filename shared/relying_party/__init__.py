"""The relying party: each ceremony step in one place, over `webauthn` and `storage`.

Every finish has the same order. The challenge is opened and claimed before anything can fail. Then
everything is verified, and something is written only after that. So the first answer uses up the
challenge, whatever the answer is, and nothing unverified ever reaches storage.
"""
