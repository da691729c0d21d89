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
    errors.ClientExists: Problem(
        status=409,
        slug="client-exists",
        title="There is a client with this ID",
        detail="Change it with PUT, or leave out the ID: then the service makes one.",
    ),
    errors.ClientLimitReached: Problem(
        status=409,
        slug="client-limit-reached",
        title="There is the maximum number of clients",
        detail="Remove one that is not needed first.",
    ),
    errors.ClientFromSettings: Problem(
        status=409,
        slug="client-from-settings",
        title="This client is one of the settings",
        detail="Change it in OPENID_CLIENTS, where the service is deployed.",
    ),
    errors.ApprovalLimitReached: Problem(
        status=409,
        slug="approval-limit-reached",
        title="You have asked for as many approvals as may wait",
        detail="Withdraw one that is not needed any more first.",
    ),
    errors.ApprovalOver: Problem(
        status=409,
        slug="approval-over",
        title="The approval is not in the state for this",
        detail="GET /approvals/{id} shows its state.",
    ),
    errors.ApprovalLapsed: Problem(
        status=409,
        slug="approval-lapsed",
        title="What the approval rests on is not as it was",
        detail="The profile changed, or who asked has no right to it or no session any more. Ask "
        "again.",
    ),
    errors.ClientChanged: Problem(
        status=412,
        slug="client-changed",
        title="The client changed since that version",
        detail="Read it again, and send the ETag of that answer in If-Match.",
    ),
    errors.ClientWithoutSecrets: Problem(
        status=409,
        slug="client-without-secrets",
        title="This client does not prove itself with a secret",
        detail='Only a client whose authentication.method is "secret" has secrets.',
    ),
    errors.SecretLimitReached: Problem(
        status=409,
        slug="secret-limit-reached",
        title="The client has two secrets",
        detail="Remove the one that it uses no more first.",
    ),
    errors.GroupExists: Problem(
        status=409,
        slug="group-exists",
        title="There is a group with this name",
        detail="Names differ by upper and lower case too. Choose another one.",
    ),
    errors.GroupLimitReached: Problem(
        status=409,
        slug="group-limit-reached",
        title="There is the maximum number of groups",
        detail="Remove one that is not needed first.",
    ),
    errors.GroupHasMembers: Problem(
        status=409,
        slug="group-has-members",
        title="The group has members",
        detail="Remove them from the group first.",
    ),
    errors.GroupClosed: Problem(
        status=409,
        slug="group-closed",
        title="The group is being removed",
        detail="Nobody can be added. If the removal was interrupted, repeat it.",
    ),
    errors.MembershipLimitReached: Problem(
        status=409,
        slug="membership-limit-reached",
        title="The account is in the maximum number of groups",
        detail="Remove it from one that it does not need first.",
    ),
    errors.ConcurrentUse: Problem(
        status=409,
        slug="concurrent-use",
        title="The credential was used concurrently",
        detail="The other sign-in was accepted. Begin again.",
    ),
}
