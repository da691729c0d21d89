"""What a person sees of the clients that use the account, and how they lose it."""
