"""What an honest client or authenticator throws, by the names of WebAuthn's DOM exceptions."""


class CeremonyRefused(Exception):
    """The ceremony ends on the client; nothing is sent."""


class InvalidStateError(CeremonyRefused):
    """One of the excluded credentials is held already."""


class NotAllowedError(CeremonyRefused):
    """No credential fits, or the user cannot be verified though it is required."""


class NotSupportedError(CeremonyRefused):
    """None of the algorithms asked for is known here."""


class SecurityError(CeremonyRefused):
    """The options name another RP ID than this client is at."""
