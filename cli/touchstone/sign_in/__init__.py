"""A person signs in: in a browser of this machine, or on another device."""
