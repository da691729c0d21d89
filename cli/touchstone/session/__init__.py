"""The session of a person: where it is kept, and how it is carried on."""
