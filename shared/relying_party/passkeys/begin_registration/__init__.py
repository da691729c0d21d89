"""The first step of a registration: of a new account, or of one more credential."""
