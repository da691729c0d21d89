"""From a request to sign a person out to the end of the session."""
