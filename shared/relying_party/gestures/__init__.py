"""Gestures of a person with a passkey that confirm something, and are no sign-in."""
