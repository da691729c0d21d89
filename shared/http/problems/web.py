"""Problems of requests at web pages behind a proxy. The proxy hands them to the browser."""

from collections.abc import Mapping

from shared.errors import web as errors
from shared.errors.base import TouchstoneError
from shared.http.problems.problem import Problem

PROBLEMS: Mapping[type[TouchstoneError], Problem] = {
    errors.ProxyUnproven: Problem(
        status=403,
        slug="proxy-unproven",
        title="The proxy did not prove itself",
        detail="The proxy has to send its secret in X-Touchstone-Proxy, whose SHA-256 is in "
        "PROXY_SECRETS, or to call from one of PROXY_NETWORKS.",
    ),
    errors.PageUnclear: Problem(
        status=403,
        slug="page-unclear",
        title="The request can be understood in more than one way",
        detail="Proxies and applications do not agree about such an address.",
    ),
    errors.PageUnknown: Problem(
        status=403,
        slug="page-unknown",
        title="No access profile has this page",
        detail="An administrator makes a profile of the kind web, with this host, path and method.",
    ),
    errors.PageSignInRequired: Problem(
        status=401,
        slug="page-sign-in-required",
        title="Sign in to see this page",
        detail="Open signIn in a browser.",
        headers={"WWW-Authenticate": 'Cookie realm="touchstone"'},
    ),
    errors.PageRefused: Problem(
        status=403,
        slug="page-refused",
        title="This page is not for you, or not now",
        detail="The profile of the page demands what is missing.",
    ),
    errors.PageSignInBroken: Problem(
        status=403,
        slug="page-sign-in-broken",
        title="This sign-in does not count",
        detail="It took too long, was used before or was begun in another browser. Begin again.",
    ),
    errors.PageSignInDeclined: Problem(
        status=403,
        slug="page-sign-in-declined",
        title="You did not sign in",
        detail="Begin again to see the page.",
    ),
}
