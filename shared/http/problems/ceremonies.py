"""Problems of refused ceremonies."""

from collections.abc import Mapping

from shared import errors
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
    errors.CeremonyNotFound: Problem(
        status=404,
        slug="ceremony-not-found",
        title="The ceremony was not found",
        detail="Its challenge is unknown, has expired or was already answered. Begin again.",
    ),
    errors.RegistrationRejected: Problem(
        status=422,
        slug="registration-rejected",
        title="The new credential was not accepted",
        detail="It failed a check of this relying party. Begin again, or use another "
        "authenticator. The log has the reason, under the ID in `instance`.",
    ),
    errors.AuthenticationRejected: Problem(
        status=403,
        slug="authentication-rejected",
        title="The sign-in was not accepted",
        detail="The credential is unknown or failed a check. Begin again, or use another "
        "credential. The log has the reason, under the ID in `instance`.",
    ),
}
