"""Every way in which a command ends without what was asked for, with its exit code."""

from collections.abc import Mapping

USAGE = 2
INTERRUPTED = 130


class Failure(Exception):
    """The text says what is wrong."""

    exit_code = 1
    name = "failed"

    def __init__(
        self, text: str, *, to_do: str = "", members: Mapping[str, object] | None = None
    ) -> None:
        """`to_do` says what the person can do about it. `members` are shown with `--json`."""
        super().__init__(text)
        self.to_do = to_do
        self.members = dict(members or {})


class WrongUsage(Failure):
    exit_code = USAGE
    name = "usage"


class NotSignedIn(Failure):
    """Nobody has signed in here, or the session has ended."""

    exit_code = 3
    name = "not-signed-in"


class SignInTooWeak(NotSignedIn):
    """What was asked for needs a newer sign-in, or one with another passkey."""

    name = "sign-in-again"

    def __init__(
        self, text: str, *, max_age: int | None, acr_values: str, missing: list[str]
    ) -> None:
        super().__init__(
            text,
            to_do="Run `touchstone login`, and then this command again.",
            members={"max_age": max_age, "acr_values": acr_values, "missing": missing},
        )
        self.max_age = max_age
        self.acr_values = acr_values


class Refused(Failure):
    """The service, or a person, says no."""

    exit_code = 4
    name = "refused"


class Unavailable(Failure):
    """The service does not answer, or cannot do it now."""

    exit_code = 5
    name = "unavailable"


class NotApproved(Failure):
    """It needs an approval, and has none."""

    exit_code = 6
    name = "not-approved"


class LocalFault(Failure):
    """Something on this machine is missing, or is not safe."""

    exit_code = 7
    name = "local"
