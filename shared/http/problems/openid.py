"""Problems of authorization requests and grants, where no other form of an answer is expected."""

from collections.abc import Mapping

from shared import errors
from shared.errors.exchange import AccessUnmet, ExchangeRefused
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
    errors.RedirectUnverified: Problem(
        status=400,
        slug="redirect-unverified",
        title="The application that sent you here is not known",
        detail="Nothing is sent to an address that is not registered. The application's operator "
        "has to compare its client ID and redirect URI with what is registered here.",
    ),
    errors.AuthorizationDenied: Problem(
        status=400,
        slug="authorization-denied",
        title="The application gets no answer to this request",
        detail="The error says what the application has to change in its request.",
    ),
    errors.GrantRefused: Problem(
        status=400,
        slug="grant-refused",
        title="There is no token for this grant",
        detail="The error says why. Begin again with a new authorization request.",
    ),
    ExchangeRefused: Problem(
        status=400,
        slug="exchange-refused",
        title="There is no token for the resource",
        detail="The error says why.",
    ),
    AccessUnmet: Problem(
        status=401,
        slug="access-unmet",
        title="The profile demands another sign-in",
        detail="Sign in again as the answer says, and repeat the request with the new token.",
    ),
    errors.UserCodeUnknown: Problem(
        status=404,
        slug="user-code-unknown",
        title="No device waits with this code",
        detail="Compare the code with the one on the device. It counts for five minutes, and once; "
        "if it is over, let the device ask for a new one.",
    ),
}
