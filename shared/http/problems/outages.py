"""Problems of outages."""

from collections.abc import Mapping

from shared import errors
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[errors.TouchstoneError], Problem] = {
    errors.ProviderUnavailable: Problem(
        status=503,
        slug="provider-unavailable",
        title="The identity provider does not answer",
        detail="The token cannot be checked now. Wait a few seconds, then try again.",
        headers={"Retry-After": "5"},
    ),
    errors.AzureUnavailable: Problem(
        status=503,
        slug="azure-unavailable",
        title="Azure does not give what the profile is for",
        detail="Azure or Entra does not answer, or refuses the identity of the profile. The "
        "service's log says which. Try again in a minute.",
        headers={"Retry-After": "60"},
    ),
    errors.Overloaded: Problem(
        status=503,
        slug="overloaded",
        title="Too many requests are being handled",
        detail="Nothing of your request was carried out. Wait two seconds, then send it again.",
        headers={"Retry-After": "2"},
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
    errors.VaultUnavailable: Problem(
        status=503,
        slug="vault-unavailable",
        title="The vault does not answer",
        detail="Your token cannot be checked now, and was not used up. Wait a few seconds, then "
        "try again.",
        headers={"Retry-After": "5"},
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
