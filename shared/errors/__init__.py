"""All errors with which Touchstone refuses a request. Import the classes from here.

TouchstoneError
├── MalformedRequest              the body does not have the form that the API requires
│   ├── ContentTooLarge
│   └── UnsupportedMediaType
├── ScopeInvalid                  this request cannot get a token with this scope
├── NotFound                      it does not exist, or another user owns it
├── VersionRequired               a change must name the version that it replaces
├── MethodNotAllowed              the address exists, but not with this method
├── TooManyRequests               a rate limit is used up; the error has the time to retry
├── CeremonyNotFound              the challenge is unknown, expired or used; one answer for all
├── CeremonyRejected              a verification step failed; only the log gets the reason
│   ├── RegistrationRejected
│   └── AuthenticationRejected
├── Conflict
│   ├── UsernameTaken
│   ├── CredentialAlreadyRegistered
│   ├── CredentialLimitReached
│   ├── LastCredential            without it the owner could not sign in any more
│   ├── SubjectLinked             this provider's user is linked to another account
│   ├── LinkLimitReached
│   ├── AccountsExist             the first administrator is needed only without accounts
│   ├── ErasureUnderWay           an erasure of this person is requested, confirmed or started
│   ├── ClientExists
│   ├── ClientLimitReached
│   ├── ClientFromSettings        only the settings change it
│   ├── ClientChanged             since the version that the change is for
│   ├── ClientWithoutSecrets      it proves itself in another way
│   ├── SecretLimitReached
│   ├── GroupExists
│   ├── GroupLimitReached
│   ├── GroupHasMembers
│   ├── GroupClosed               it is being removed
│   ├── MembershipLimitReached    the account is in as many groups as are allowed
│   ├── ApprovalLimitReached
│   ├── ApprovalOver              it does not wait any more, or nobody approved it yet
│   ├── ApprovalLapsed            the profile, or who asked, is not as it was
│   └── ConcurrentUse             another request changed the same credential first
├── Unauthorized
│   ├── TokenRequired
│   ├── TokenInvalid
│   ├── TokenElsewhere            a valid token of ours, but not accepted here or in this way
│   ├── DpopProofInvalid          no valid proof, for this request, of the token's key
│   ├── DpopNonceRequired         the proof has no nonce of ours that is valid now
│   ├── ClientRefused             a client did not prove who it is; one answer for all reasons
│   ├── StepUpRequired            the sign-in behind the token is too old or too weak for this
│   └── OperatorTokenRefused      an operator's token is required; one answer for all reasons
├── NotPermitted                  the token is valid, but does not allow this
├── OwnMembership                 nobody puts the own account into a group
├── AccessObstructed              a profile does not admit this person, credential or time
├── CsrfRefused                   a cookie was sent, but nothing shows that our own page sent it
├── PassRefused                   the access pass is refused; one answer for all reasons
├── OAuthRefusal                  a client of this OpenID provider gets an error of OAuth
│   ├── RedirectUnverified        shown to the person, never sent to the redirect URI
│   ├── AuthorizationDenied       sent to the redirect URI
│   └── GrantRefused              sent by the token endpoint
├── UserCodeUnknown               no device waits with this code; one answer for all reasons
├── ProviderUnavailable           an identity provider or Graph does not answer
├── AzureUnavailable              Azure does not give a profile's identity what it asks for
├── Overloaded                    this instance handles as many requests as it can
├── Busy                          this instance cannot check more access passes now
├── StorageUnavailable            throttled, timed out or unreachable
├── LogInconsistent               the audit log is not the one that was signed
├── KeysUnavailable               no key was ever read, or all are disabled or expired
└── VaultUnavailable              the vault does not tell whether an operator's token is valid
They do not depend on HTTP: `shared.http.problems` has statuses. More are in `shared.errors.access`,
`.certificates`, `.exchange` and `.web`.
"""

from shared.errors.approvals import (
    AccessObstructed,
    ApprovalLapsed,
    ApprovalLimitReached,
    ApprovalOver,
)
from shared.errors.authorization import (
    CsrfRefused,
    DpopNonceRequired,
    DpopProofInvalid,
    NotPermitted,
    OperatorTokenRefused,
    OwnMembership,
    PassRefused,
    StepUpRequired,
    TokenElsewhere,
    TokenInvalid,
    TokenRequired,
    Unauthorized,
)
from shared.errors.base import TouchstoneError
from shared.errors.ceremonies import (
    AuthenticationRejected,
    CeremonyNotFound,
    CeremonyRejected,
    Reason,
    RegistrationRejected,
)
from shared.errors.clients import ClientFault, ClientRefused
from shared.errors.conflicts import (
    AccountsExist,
    ClientChanged,
    ClientExists,
    ClientFromSettings,
    ClientLimitReached,
    ClientWithoutSecrets,
    ConcurrentUse,
    Conflict,
    CredentialAlreadyRegistered,
    CredentialLimitReached,
    ErasureUnderWay,
    GroupClosed,
    GroupExists,
    GroupHasMembers,
    GroupLimitReached,
    LastCredential,
    LinkLimitReached,
    MembershipLimitReached,
    SecretLimitReached,
    SubjectLinked,
    UsernameTaken,
)
from shared.errors.openid import (
    AuthorizationDenied,
    GrantRefused,
    OAuthRefusal,
    RedirectUnverified,
    UserCodeUnknown,
)
from shared.errors.outages import (
    AzureUnavailable,
    Busy,
    KeysUnavailable,
    LogInconsistent,
    Overloaded,
    ProviderUnavailable,
    StorageUnavailable,
    VaultUnavailable,
)
from shared.errors.requests import (
    ContentTooLarge,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    ScopeInvalid,
    TooManyRequests,
    UnsupportedMediaType,
    VersionRequired,
)

# fmt: off
__all__ = [
    "AccessObstructed", "AccountsExist", "ApprovalLapsed", "ApprovalLimitReached",
    "ApprovalOver", "AuthenticationRejected", "AuthorizationDenied", "AzureUnavailable", "Busy",
    "CeremonyNotFound",
    "CeremonyRejected", "ClientChanged", "ClientExists", "ClientFault", "ClientFromSettings",
    "ClientLimitReached", "ClientRefused", "ClientWithoutSecrets", "ConcurrentUse", "Conflict",
    "ContentTooLarge", "CredentialAlreadyRegistered", "CredentialLimitReached", "CsrfRefused",
    "DpopNonceRequired", "DpopProofInvalid", "ErasureUnderWay", "GrantRefused", "GroupClosed",
    "GroupExists", "GroupHasMembers", "GroupLimitReached", "KeysUnavailable", "LastCredential",
    "LinkLimitReached", "LogInconsistent", "MalformedRequest", "MembershipLimitReached",
    "MethodNotAllowed", "NotFound", "NotPermitted", "OAuthRefusal", "OperatorTokenRefused",
    "Overloaded", "OwnMembership", "PassRefused", "ProviderUnavailable", "Reason",
    "RedirectUnverified", "RegistrationRejected", "ScopeInvalid", "SecretLimitReached",
    "StepUpRequired", "StorageUnavailable", "SubjectLinked", "TokenElsewhere", "TokenInvalid",
    "TokenRequired", "TooManyRequests", "TouchstoneError", "Unauthorized",
    "UnsupportedMediaType", "UserCodeUnknown", "UsernameTaken", "VaultUnavailable",
    "VersionRequired",
]
# fmt: on
