"""Problems of changes that conflict with stored data."""

from collections.abc import Mapping

from shared import errors
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
    errors.UsernameTaken: Problem(
        status=409,
        slug="username-taken",
        title="This username belongs to an account",
        detail="If it is your account, sign in and add the credential there. Otherwise choose "
        "another name.",
    ),
    errors.CredentialAlreadyRegistered: Problem(
        status=409,
        slug="credential-already-registered",
        title="This credential is already registered",
        detail="Sign in with it, or begin again with another authenticator.",
    ),
    errors.CredentialLimitReached: Problem(
        status=409,
        slug="credential-limit-reached",
        title="The account has the maximum number of credentials",
        detail="The operator sets the maximum.",
    ),
    errors.LastCredential: Problem(
        status=409,
        slug="last-credential",
        title="This is the last credential with which you can sign in",
        detail="Add another one first, or repeat the request with ?lastCredential=remove.",
    ),
    errors.SubjectLinked: Problem(
        status=409,
        slug="subject-linked",
        title="This user of an identity provider is linked to another account",
        detail="If that link is wrong, remove it first.",
    ),
    errors.LinkLimitReached: Problem(
        status=409,
        slug="link-limit-reached",
        title="The account has the maximum number of links",
        detail="Remove one that is not needed first.",
    ),
    errors.AccountsExist: Problem(
        status=409,
        slug="accounts-exist",
        title="There are accounts already",
        detail="Ask one of their administrators for an access pass.",
    ),
    errors.ErasureUnderWay: Problem(
        status=409,
        slug="erasure-under-way",
        title="An erasure for this person is pending",
        detail="It was requested, confirmed or started. GET /audit/erasures shows its state.",
    ),
    errors.ConcurrentUse: Problem(
        status=409,
        slug="concurrent-use",
        title="The credential was used concurrently",
        detail="The other sign-in was accepted. Begin again.",
    ),
}
