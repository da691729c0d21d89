"""Which site a proxy asks about, if it is one of ours."""

import azure.functions as func

from shared import wiring
from shared.access.web.proof import SECRET_HEADER, is_proven
from shared.access.web.said import UnclearRequest, site_of
from shared.access.web_addresses.hosts import Site
from shared.errors.web import PageUnclear, ProxyUnproven
from shared.http.client_address import client_address
from shared.rate_limits.addresses import Address


def require_proxy(req: func.HttpRequest) -> None:
    """Raises ProxyUnproven."""
    settings = wiring.settings()
    secret = req.headers.get(SECRET_HEADER, "")

    def find_address() -> Address | None:
        return client_address(req.headers, settings.proxies)

    if not is_proven(settings.web, secret=secret, find_address=find_address):
        raise ProxyUnproven


def read_site(req: func.HttpRequest) -> Site:
    """Of a request that a proxy of ours handed over. Raises ProxyUnproven, PageUnclear."""
    require_proxy(req)
    try:
        return site_of(req.headers)
    except UnclearRequest as unclear:
        raise PageUnclear(str(unclear)) from None
