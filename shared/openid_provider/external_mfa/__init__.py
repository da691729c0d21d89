"""Entra asks for the second factor of a sign-in, and a person gives it with a passkey."""
