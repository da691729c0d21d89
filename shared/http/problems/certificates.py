"""Problems of requests for client certificates."""

from collections.abc import Mapping

from shared.errors import certificates as errors
from shared.errors.base import TouchstoneError
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[TouchstoneError], Problem] = {
    errors.CertificatesOff: Problem(
        status=404,
        slug="certificates-off",
        title="This service issues no client certificates",
        detail="Its operator has not set CLIENT_CA_CERTIFICATE.",
    ),
    errors.ApprovalRequired: Problem(
        status=403,
        slug="approval-required",
        title="The profile needs an approval",
        detail="Have it approved at approve_url, and send its code as approval.",
    ),
    errors.ApprovalCodeRefused: Problem(
        status=403,
        slug="approval-code-refused",
        title="The code of the approval does not count",
        detail="It has expired, was used or is not the sender's, or what the approval rests on has "
        "changed. GET /approvals/{id} has a new one as long as the approval can be used.",
    ),
}
