"""Why the host did not start, in one line that a developer can act on."""


class CannotStart(Exception):
    exit_code = 1


class InvalidConfiguration(CannotStart):
    """A setting, a file or an option is wrong. Nothing was started."""

    exit_code = 2
