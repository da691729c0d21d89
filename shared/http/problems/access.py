"""Problems of requests about access."""

from collections.abc import Mapping

from shared.errors import access as errors
from shared.errors.base import TouchstoneError
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[TouchstoneError], Problem] = {
    errors.ProfileExists: Problem(
        status=409,
        slug="profile-exists",
        title="There is a profile with this name",
        detail="Change it with PUT, or choose another name.",
    ),
    errors.ProfileLimitReached: Problem(
        status=409,
        slug="profile-limit-reached",
        title="There is the maximum number of profiles",
        detail="Remove one that is not needed first.",
    ),
    errors.ProfileFromSettings: Problem(
        status=409,
        slug="profile-from-settings",
        title="This profile is one of the settings",
        detail="Change it in ACCESS_PROFILES, where the service is deployed.",
    ),
    errors.ProfileChanged: Problem(
        status=412,
        slug="profile-changed",
        title="The profile changed since that version",
        detail="Read it again, and send the ETag of that answer in If-Match.",
    ),
    errors.ProfilesChanged: Problem(
        status=409,
        slug="profiles-changed",
        title="Somebody changed a profile at the same moment",
        detail="Nothing was changed by this request. Send it again.",
    ),
    errors.ProfileShares: Problem(
        status=409,
        slug="profile-shares",
        title="Something in it belongs to another profile",
        detail="A vault, the identity that restores from it, a role that a username could give, "
        "a page, and the scope and audience of a database belong to one profile.",
    ),
    errors.DatabaseNotForYou: Problem(
        status=403,
        slug="database-not-for-you",
        title="The profile of this database does not admit you",
        detail="Ask an administrator who is admitted, and by which application. Nothing was given.",
    ),
    errors.DatabaseClosed: Problem(
        status=403,
        slug="database-closed",
        title="The profile of this database is closed at this time",
        detail="Connect again when its window of time is open. Nothing was given.",
    ),
    errors.DatabasePasskeyUnfit: Problem(
        status=403,
        slug="database-passkey-unfit",
        title="The profile of this database demands another kind of passkey",
        detail="Connect again, and use another one, such as a security key. Nothing was given.",
    ),
    errors.DatabaseChanged: Problem(
        status=403,
        slug="database-changed",
        title="The profile of this database is not as it was when the device asked",
        detail="Connect again, and compare what the page shows. Nothing was given.",
    ),
    errors.ProfileKindOff: Problem(
        status=409,
        slug="profile-kind-off",
        title="This service gives nothing by profiles of this kind",
        detail="A profile of the kind postgresql-certificate needs CLIENT_CA_CERTIFICATE, which "
        "the operator has not set.",
    ),
}
