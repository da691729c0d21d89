"""Entries of IDENTITY_PROVIDERS as an operator would write them, and their parsed values."""

import json
from typing import Any

from shared.identity_providers.provider import Provider
from shared.identity_providers.settings.providers import parse_providers
from tests.identity_providers.claims import API, OKTA_CLIENT, OTHER_TENANT, PAGE, TENANT

type Entry = dict[str, Any]

V1 = f"https://sts.windows.net/{TENANT}/"
V2 = f"https://login.microsoftonline.com/{TENANT}/v2.0"
OTHER_V2 = f"https://login.microsoftonline.com/{OTHER_TENANT}/v2.0"
V1_TEMPLATE = "https://sts.windows.net/{tenantid}/"
V2_TEMPLATE = "https://login.microsoftonline.com/{tenantid}/v2.0"
OKTA = "https://example.okta.com/oauth2/default"
ADMINS = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
AUDITORS = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
GRAPH = {"clientId": "66666666-6666-4666-8666-666666666666"}


def entra(issuer: str = V2, **members: object) -> Entry:
    return _without_none({"issuer": issuer, "audiences": [API], **members})


def entra_of_several(issuer: str = V2_TEMPLATE, **members: object) -> Entry:
    return entra(issuer, **{"tenants": [TENANT, OTHER_TENANT], **members})


def entra_ids(issuer: str = V2, **members: object) -> Entry:
    return entra(issuer, **{"audiences": [PAGE], "acceptedTokens": "id", **members})


def okta(issuer: str = OKTA, **members: object) -> Entry:
    return _without_none(
        {"issuer": issuer, "audiences": ["api://default"], "subjectClaims": ["uid"], **members}
    )


def okta_ids(issuer: str = OKTA, **members: object) -> Entry:
    honest = {"issuer": issuer, "audiences": [OKTA_CLIENT], "acceptedTokens": "id"}
    return _without_none({**honest, **members})


def read(entry: Entry) -> Provider:
    return read_all(entry)[0]


def read_all(*entries: Entry) -> tuple[Provider, ...]:
    return parse_providers(json.dumps(entries))


def _without_none(members: Entry) -> Entry:
    return {name: value for name, value in members.items() if value is not None}
