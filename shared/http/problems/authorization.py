"""Problems if authentication or authorization of the caller failed."""

from collections.abc import Mapping

from shared import errors
from shared.http.problems.problem import BASIC_CHALLENGE, Problem
from shared.http.problems.problem import BEARER_CHALLENGE as _CHALLENGE
from shared.sessions.dpop import ALGORITHMS

_DPOP_CHALLENGE = f'DPoP realm="touchstone", algs="{" ".join(ALGORITHMS)}"'

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
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
    errors.DpopNonceRequired: Problem(
        status=401,
        slug="dpop-nonce-required",
        title="The DPoP proof needs a nonce",
        detail="Repeat the request with a new proof that has the nonce of the header DPoP-Nonce "
        "(RFC 9449 section 9).",
        headers={"WWW-Authenticate": f'{_DPOP_CHALLENGE}, error="use_dpop_nonce"'},
    ),
    errors.ClientRefused: Problem(
        status=401,
        slug="client-refused",
        title="The client did not prove who it is",
        detail="Compare its client ID, and how it proves who it is, with what is registered here.",
        headers={"WWW-Authenticate": BASIC_CHALLENGE},
    ),
    errors.StepUpRequired: Problem(
        status=401,
        slug="step-up-required",
        title="A fresh sign-in is required",
        detail="Sign in again as WWW-Authenticate says, and repeat the request with the new token.",
    ),
    errors.OperatorTokenRefused: Problem(
        status=401,
        slug="operator-token-refused",
        title="An operator's token is required",
        detail="The commands that use this address make one in the vault, for one use and an hour "
        "at most. A token that is seconds old may be refused: wait 15 seconds, then try again.",
        headers={"WWW-Authenticate": _CHALLENGE},
    ),
    errors.NotPermitted: Problem(
        status=403,
        slug="not-permitted",
        title="You may not do this",
        detail="A role is missing from your token, or another person must do this.",
    ),
    errors.OwnMembership: Problem(
        status=403,
        slug="own-membership",
        title="Nobody adds the own account to a group",
        detail="Another administrator has to do it. An account with the same user of an identity "
        "provider counts as the own one.",
    ),
    errors.AccessObstructed: Problem(
        status=403,
        slug="access-obstructed",
        title="The profile does not allow this to you, or not now",
        detail="Administrators of the service say what a profile takes.",
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
}
