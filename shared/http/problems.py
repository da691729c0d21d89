"""What each error looks like to a caller: RFC 9457 problem details, one for each leaf class.

The same table makes the page that the problem types point to, so a type always resolves.
"""

from collections.abc import Mapping

from shared import errors
from shared.http.problem import BEARER_CHALLENGE as _CHALLENGE
from shared.http.problem import Problem
from shared.relying_party.metadata import PROOF_ALGORITHMS

_DPOP_CHALLENGE = f'DPoP realm="touchstone", algs="{" ".join(PROOF_ALGORITHMS)}"'

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
    errors.MalformedRequest: Problem(
        status=400,
        slug="malformed-request",
        title="The request is not what this endpoint expects",
        detail="Compare the body with the API description at /openapi.json.",
    ),
    errors.ContentTooLarge: Problem(
        status=413,
        slug="content-too-large",
        title="The request body is too large",
        detail="The largest body is 64 KiB. A ceremony needs far less.",
    ),
    errors.UnsupportedMediaType: Problem(
        status=415,
        slug="unsupported-media-type",
        title="The request body is not JSON",
        detail="Send the body as UTF-8 with Content-Type: application/json.",
    ),
    errors.ScopeInvalid: Problem(
        status=400,
        slug="scope-invalid",
        title="The scope is not available for this request",
        detail='A client gets tokens with the scope "api". With a DPoP proof it may also request '
        '"account". A page with cookies always gets "account".',
    ),
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
    errors.TokenRequired: Problem(
        status=401,
        slug="token-required",
        title="An access token is required",
        detail='Sign in on a page with cookies, or with a DPoP proof and the scope "account". '
        "Tokens of access passes and of identity providers go in Authorization: Bearer.",
        headers={"WWW-Authenticate": f"{_CHALLENGE}, {_DPOP_CHALLENGE}"},
    ),
    errors.TokenInvalid: Problem(
        status=401,
        slug="token-invalid",
        title="The access token is not valid",
        detail="It has expired or was not issued by this service. Sign in again.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token", {_DPOP_CHALLENGE}'},
    ),
    errors.TokenElsewhere: Problem(
        status=401,
        slug="token-for-elsewhere",
        title="The access token is not accepted here, or not in this form",
        detail='A token with the scope "api" is for your API. One with the scope "account" is '
        "accepted in our cookie, or as Authorization: DPoP with a proof by the key that it is "
        "bound to.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token", {_DPOP_CHALLENGE}'},
    ),
    errors.DpopProofInvalid: Problem(
        status=401,
        slug="dpop-proof-invalid",
        title="The DPoP proof is not valid",
        detail="It must be new for each request, signed by the key of the token, and contain the "
        "method, the address and, with an access token, its hash (RFC 9449 section 4.2).",
        headers={"WWW-Authenticate": f'{_DPOP_CHALLENGE}, error="invalid_dpop_proof"'},
    ),
    errors.StepUpRequired: Problem(
        status=401,
        slug="step-up-required",
        title="A fresh sign-in is required",
        detail="Sign in again as WWW-Authenticate says, and repeat the request with the new token.",
    ),
    errors.NotPermitted: Problem(
        status=403,
        slug="not-permitted",
        title="You may not do this",
        detail="A role is missing from your token, or another person must do this.",
    ),
    errors.CsrfRefused: Problem(
        status=403,
        slug="csrf-refused",
        title="The request does not prove that our own page sent it",
        detail="Reload the page to get a new X-CSRF-Token, and try again.",
    ),
    errors.PassRefused: Problem(
        status=403,
        slug="access-pass-refused",
        title="The access pass was not accepted",
        detail="Check the username, the pass and its time of validity, or ask for a new pass.",
    ),
    errors.NotFound: Problem(
        status=404,
        slug="not-found",
        title="Not found",
        detail="It does not exist, or it is not yours.",
    ),
    errors.MethodNotAllowed: Problem(
        status=405,
        slug="method-not-allowed",
        title="This address does not accept that method",
        detail="Allow lists the accepted methods; /openapi.json describes them.",
    ),
    errors.ProviderUnavailable: Problem(
        status=503,
        slug="provider-unavailable",
        title="The identity provider does not answer",
        detail="The token cannot be checked now. Wait a few seconds, then try again.",
        headers={"Retry-After": "5"},
    ),
    errors.TooManyRequests: Problem(
        status=429,
        slug="too-many-requests",
        title="Too many of these requests",
        detail="Wait as many seconds as Retry-After says. The answer says what is counted.",
    ),
    errors.Busy: Problem(
        status=503,
        slug="busy",
        title="Too many access passes are being checked",
        detail="Nothing was changed, and your pass is still valid. Wait two seconds, then try "
        "again.",
        headers={"Retry-After": "2"},
    ),
    errors.StorageUnavailable: Problem(
        status=503,
        slug="storage-unavailable",
        title="The storage does not answer",
        detail="Your request may or may not have been carried out. Wait a few seconds, then begin "
        "again. This does not use up an access pass, and a new passkey may already work.",
        headers={"Retry-After": "5"},
    ),
    errors.LogInconsistent: Problem(
        status=503,
        slug="log-inconsistent",
        title="The audit log contradicts itself",
        detail="It is not read or extended until the operator has found the cause.",
    ),
    errors.KeysUnavailable: Problem(
        status=503,
        slug="keys-unavailable",
        title="The service has no keys",
        detail="This uses up no access pass and no refresh token, but may use up a challenge. Wait "
        "a few seconds, then begin again.",
        headers={"Retry-After": "5"},
    ),
}

UNEXPECTED = Problem(
    status=500,
    slug="",
    title="Internal Server Error",
    detail="The log has the cause, under the ID in `instance`.",
)


def find_problem(error: errors.TouchstoneError) -> Problem:
    """The problem of the nearest class that has one."""
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
