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
        detail="Bodies may have 64 KiB at most; a ceremony needs far less.",
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
        title="This request cannot get a token with this scope",
        detail='A client gets tokens with the scope "api". With a DPoP proof it may ask for '
        '"account" too. A page with cookies always gets "account".',
    ),
    errors.CeremonyNotFound: Problem(
        status=404,
        slug="ceremony-not-found",
        title="This ceremony is not open",
        detail="Its challenge is unknown, has expired or was answered before. Begin again.",
    ),
    errors.RegistrationRejected: Problem(
        status=422,
        slug="registration-rejected",
        title="The new credential was not accepted",
        detail="It failed a check of this relying party. Begin again, or use another "
        "authenticator; the operator finds the reason in the log under this instance.",
    ),
    errors.AuthenticationRejected: Problem(
        status=403,
        slug="authentication-rejected",
        title="The sign-in was not accepted",
        detail="The credential is not known here or failed a check. Begin again, or use another "
        "credential; the operator finds the reason in the log under this instance.",
    ),
    errors.UsernameTaken: Problem(
        status=409,
        slug="username-taken",
        title="This username belongs to an account",
        detail="If it is yours, sign in and add the credential there. Else choose another name.",
    ),
    errors.CredentialAlreadyRegistered: Problem(
        status=409,
        slug="credential-already-registered",
        title="This credential is registered already",
        detail="Sign in with it, or begin again with another authenticator.",
    ),
    errors.CredentialLimitReached: Problem(
        status=409,
        slug="credential-limit-reached",
        title="This account has as many credentials as it may have",
        detail="The operator sets how many that is.",
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
        title="This user of an identity provider stands for another account",
        detail="Remove that link first, if it is wrong.",
    ),
    errors.LinkLimitReached: Problem(
        status=409,
        slug="link-limit-reached",
        title="This account has as many links as it may have",
        detail="Remove one that is not needed first.",
    ),
    errors.ErasureUnderWay: Problem(
        status=409,
        slug="erasure-under-way",
        title="An erasure of this person is under way",
        detail="It was asked for, confirmed or begun. GET /audit/erasures shows how far it is.",
    ),
    errors.ConcurrentUse: Problem(
        status=409,
        slug="concurrent-use",
        title="The credential was used elsewhere at the same moment",
        detail="The other sign-in went through. Begin again.",
    ),
    errors.TokenRequired: Problem(
        status=401,
        slug="token-required",
        title="This needs an access token",
        detail='Sign in on a page with cookies, or with a DPoP proof and the scope "account". '
        "Tokens of access passes and of identity providers go in Authorization: Bearer.",
        headers={"WWW-Authenticate": f"{_CHALLENGE}, {_DPOP_CHALLENGE}"},
    ),
    errors.TokenInvalid: Problem(
        status=401,
        slug="token-invalid",
        title="The access token is not valid",
        detail="It has expired or is not one of ours. Sign in again.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token", {_DPOP_CHALLENGE}'},
    ),
    errors.TokenElsewhere: Problem(
        status=401,
        slug="token-for-elsewhere",
        title="The access token does not count here, or not in this way",
        detail='A token with the scope "api" is for your API. One with the scope "account" counts '
        "in our cookie, or as Authorization: DPoP with a proof by the key that it is bound to.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token", {_DPOP_CHALLENGE}'},
    ),
    errors.DpopProofInvalid: Problem(
        status=401,
        slug="dpop-proof-invalid",
        title="The DPoP proof is not valid",
        detail="It must be new for each request, signed by the key of the token, and name the "
        "method, the address and, beside an access token, that token (RFC 9449 section 4.2).",
        headers={"WWW-Authenticate": f'{_DPOP_CHALLENGE}, error="invalid_dpop_proof"'},
    ),
    errors.StepUpRequired: Problem(
        status=401,
        slug="step-up-required",
        title="This needs a fresh sign-in",
        detail="Sign in again as WWW-Authenticate says, and repeat the request with the new token.",
    ),
    errors.NotPermitted: Problem(
        status=403,
        slug="not-permitted",
        title="You may not do this",
        detail="It needs a role that your token does not carry, or somebody else has to do it.",
    ),
    errors.CsrfRefused: Problem(
        status=403,
        slug="csrf-refused",
        title="The request does not show that our own page sent it",
        detail="Reload the page, which gets it a new X-CSRF-Token, and try again.",
    ),
    errors.PassRefused: Problem(
        status=403,
        slug="access-pass-refused",
        title="The access pass was not accepted",
        detail="Check the username and the pass, and whether it is valid now; else ask for a new "
        "one.",
    ),
    errors.NotFound: Problem(
        status=404,
        slug="not-found",
        title="There is no such thing here",
        detail="It does not exist, or it is not yours.",
    ),
    errors.MethodNotAllowed: Problem(
        status=405,
        slug="method-not-allowed",
        title="This address does not take that method",
        detail="Allow says which methods it takes; /openapi.json describes them.",
    ),
    errors.ProviderUnavailable: Problem(
        status=503,
        slug="provider-unavailable",
        title="The identity provider does not answer",
        detail="Whether the token is good cannot be told now. Wait a few seconds, then try again.",
        headers={"Retry-After": "5"},
    ),
    errors.TooManyRequests: Problem(
        status=429,
        slug="too-many-requests",
        title="There were too many of these requests",
        detail="Wait as many seconds as Retry-After says. The answer tells what is counted.",
    ),
    errors.Busy: Problem(
        status=503,
        slug="busy",
        title="Too many access passes are being checked",
        detail="Nothing was done, and your pass is as good as before. Wait two seconds, then try "
        "again.",
        headers={"Retry-After": "2"},
    ),
    errors.StorageUnavailable: Problem(
        status=503,
        slug="storage-unavailable",
        title="The storage does not answer",
        detail="What you asked for may have been done, or not. Wait a few seconds, then begin "
        "again: an access pass is not spent by this, and a passkey that was just made may already "
        "work.",
        headers={"Retry-After": "5"},
    ),
    errors.LogInconsistent: Problem(
        status=503,
        slug="log-inconsistent",
        title="The audit log contradicts itself",
        detail="It is neither read nor extended until the operator has found out why.",
    ),
    errors.KeysUnavailable: Problem(
        status=503,
        slug="keys-unavailable",
        title="The service has no keys to work with",
        detail="No access pass and no refresh token is spent by this, but a challenge may be. Wait "
        "a few seconds, then begin again.",
        headers={"Retry-After": "5"},
    ),
}

UNEXPECTED = Problem(
    status=500,
    slug="",
    title="Internal Server Error",
    detail="The operator finds the cause in the log under this instance.",
)


def find_problem(error: errors.TouchstoneError) -> Problem:
    """The problem of the nearest class that has one."""
    return next(PROBLEMS[kind] for kind in type(error).__mro__ if kind in PROBLEMS)
