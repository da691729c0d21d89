"""Settings of the app that contradict each other, or the address at which this host listens.

A copied local.settings.json keeps its port while `make run` uses another. Each such setting is
valid by itself, so without this check only a refused passkey would show the mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def find_disagreements(values: Mapping[str, str], *, port: int) -> Iterator[str]:
    """One line each; none for an app without these settings."""
    origins = [each.strip() for each in values.get("RP_ORIGINS", "").split(",") if each.strip()]
    pages = [parts for parts in map(_parse, origins) if parts is not None]
    issuer = _parse(values.get("ISSUER", ""))
    if pages and not any(_is_here(page, port) for page in pages):
        yield (
            f"RP_ORIGINS ({', '.join(origins)}) does not have http://localhost:{port}, where this"
            " host is: its own page cannot register or sign in"
        )
    if issuer is not None and _is_local(issuer) and not _is_here(issuer, port):
        yield (
            f"ISSUER ({issuer.geturl()}) names another port than {port}, where this host is: who"
            " verifies tokens finds no keys there"
        )
    yield from _outside(values.get("RP_ID", ""), pages)


def _outside(rp_id: str, pages: list[SplitResult]) -> Iterator[str]:
    for page in pages if rp_id else ():
        host = page.hostname or ""
        if host != rp_id and not host.endswith(f".{rp_id}"):
            yield (
                f"RP_ORIGINS has {page.geturl()}, which is not within RP_ID ({rp_id}): browsers"
                " refuse passkeys there"
            )


def _parse(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None  # the app refuses it by itself
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _is_local(address: SplitResult) -> bool:
    return address.hostname in _THIS_MACHINE


def _is_here(address: SplitResult, port: int) -> bool:
    return _is_local(address) and (address.port or _default(address)) == port


def _default(address: SplitResult) -> int:
    return 443 if address.scheme == "https" else 80
