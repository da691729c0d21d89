"""Problems of requests that cannot be read, or that this service does not accept."""

from collections.abc import Mapping

from shared import errors
from shared.http.problems.problem import Problem

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
    errors.NotFound: Problem(
        status=404,
        slug="not-found",
        title="Not found",
        detail="It does not exist, or it is not yours.",
    ),
    errors.VersionRequired: Problem(
        status=428,
        slug="version-required",
        title="The request does not say which version it is for",
        detail="Send the ETag of your last answer in If-Match, so that nobody's change is lost.",
    ),
    errors.MethodNotAllowed: Problem(
        status=405,
        slug="method-not-allowed",
        title="This address does not accept that method",
        detail="Allow lists the accepted methods; /openapi.json describes them.",
    ),
    errors.TooManyRequests: Problem(
        status=429,
        slug="too-many-requests",
        title="Too many of these requests",
        detail="Wait as many seconds as Retry-After says. The answer says what is counted.",
    ),
}
