"""The groups of a provider's users, which their accounts keep."""

from typing import Any

import pytest

from shared.identity_providers.settings.provider_entry import InvalidProvider
from shared.identity_providers.usernames import mark_of
from tests.identity_providers.claims import OTHER_TENANT, Claims, entra_access, okta_access
from tests.identity_providers.settings import (
    ADMINS,
    GRAPH,
    OKTA,
    OTHER_V2,
    V2,
    V2_TEMPLATE,
    Entry,
    entra,
    entra_of_several,
    okta,
    read,
    read_all,
)
from tests.identity_providers.verifying import accept

ELSEWHERE = {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "x"}}}


@pytest.mark.parametrize(
    ("entry", "claims", "groups"),
    [
        (entra(), entra_access(V2), set()),
        (entra(groupPrefix="entra"), entra_access(V2, groups=[ADMINS]), {f"entra:{ADMINS}"}),
        (entra(), entra_access(V2, groups=[ADMINS]), {f"{mark_of(V2)}:{ADMINS}"}),
        (entra(groups={}, graph=GRAPH), entra_access(V2, groups=[]), set()),
        (entra(), entra_access(V2, **ELSEWHERE), None),
        (entra(), entra_access(V2, hasgroups=True), None),
        (entra(), entra_access(V2, groups=list(map(str, range(201)))), None),
        (okta(), okta_access(OKTA, groups=["Admins"]), set()),
        (
            okta(groupsClaim="teams", groupPrefix="okta"),
            okta_access(OKTA, teams=["Admins", "admins"]),
            {"okta:Admins", "okta:admins"},
        ),
        (okta(groupsClaim="groups"), okta_access(OKTA, groups={"a": 1}), None),
        (okta(groupsClaim="groups"), okta_access(OKTA, groups=["a"], _claim_names=3), None),
    ],
)
def test_groups_are_those_of_the_claim_and_unknown_without_it(
    entry: Entry, claims: Claims, groups: set[str] | None
) -> None:
    verified = accept(read(entry), claims)
    assert verified.identity(groups=frozenset()).groups == groups


def test_tenants_of_one_entry_cannot_name_each_others_groups() -> None:
    provider = read(entra_of_several())
    one = accept(provider, entra_access(V2, groups=[ADMINS]))
    other = accept(provider, entra_access(OTHER_V2, tid=OTHER_TENANT, groups=[ADMINS]))
    assert one.kept_groups
    assert other.kept_groups
    assert one.kept_groups.isdisjoint(other.kept_groups)


@pytest.mark.parametrize(
    "entries",
    [
        [entra(groupPrefix="same"), okta(groupPrefix="same")],
        [entra(), okta(groupPrefix=mark_of(V2))],
        [entra(groupPrefix="a:b")],
        [entra(groupPrefix="-a")],
        [entra_of_several(V2_TEMPLATE, groupPrefix="entra")],
    ],
)
def test_no_prefix_may_be_mistaken_for_another(entries: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidProvider, match="groupPrefix"):
        read_all(*entries)
