"""Rights come only from roles and groups that the settings map."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.roles import Role
from shared.identity_providers.identity import DirectoryObject
from tests.identity_providers.claims import (
    OID,
    TENANT,
    Claims,
    entra_access,
    entra_application,
    okta_access,
)
from tests.identity_providers.settings import (
    ADMINS,
    AUDITORS,
    GRAPH,
    OKTA,
    V2,
    Entry,
    entra,
    entra_of_several,
    okta,
    read,
)
from tests.identity_providers.verifying import accept, identity, refusal

ADMIN, AUDIT, CREATE = Role.AUTHENTICATORS_ADMIN, Role.AUDIT_READ, Role.REGISTRATIONS_CREATE
WITH_GROUPS: dict[str, Any] = {
    "groups": {ADMIN: [ADMINS], AUDIT: [AUDITORS, ADMINS]},
    "graph": GRAPH,
}
OKTA_GROUPS: dict[str, Any] = {"groups": {ADMIN: ["Admins"]}, "groupsClaim": "groups"}


@pytest.mark.parametrize(
    ("entry", "claims", "roles"),
    [
        (entra(), entra_access(V2), set()),
        (entra(), entra_access(V2, roles=[ADMIN, "Other"]), {ADMIN}),
        (entra(), entra_application(V2, roles=[CREATE]), {CREATE}),
        (entra(), entra_access(V2, roles=[ADMIN.lower(), f" {ADMIN}", f"{ADMIN} x"]), set()),
        (entra(), entra_access(V2, groups=[ADMIN, ADMINS]), set()),
        (entra(), entra_access(V2, wids=[ADMIN], scp=ADMIN), set()),
        (entra(roles={AUDIT: ["a", "b"]}), entra_access(V2, roles=["b"]), {AUDIT}),
        (entra(roles={AUDIT: ["a"]}), entra_access(V2, roles=[ADMIN, AUDIT]), set()),
        (entra(roles={}), entra_access(V2, roles=list(Role)), set()),
        (entra_of_several(), entra_access(V2, roles=list(Role)), set()),
        (entra_of_several(roles={AUDIT: [AUDIT]}), entra_access(V2, roles=list(Role)), {AUDIT}),
        (entra(**WITH_GROUPS), entra_access(V2, groups=[ADMINS]), {ADMIN, AUDIT}),
        (
            entra(**WITH_GROUPS),
            entra_access(V2, groups=[AUDITORS], roles=[CREATE]),
            {AUDIT, CREATE},
        ),
        (entra(**WITH_GROUPS), entra_access(V2, roles=[ADMINS]), set()),
        (okta(), okta_access(OKTA, roles=[ADMIN], groups=[ADMIN]), set()),
        (okta(rolesClaim="r", roles={ADMIN: ["a b"]}), okta_access(OKTA, r="a b"), {ADMIN}),
        (okta(rolesClaim="scp", roles={CREATE: ["c"]}), okta_access(OKTA, scp="a c"), {CREATE}),
        (okta(**OKTA_GROUPS), okta_access(OKTA, groups=["Everyone", "Admins"]), {ADMIN}),
    ],
)
def test_maps_roles_and_groups(entry: Entry, claims: Claims, roles: set[Role]) -> None:
    assert identity(read(entry), claims).roles == roles


@pytest.mark.parametrize("value", [1, {"Audit.Read": True}, ["Audit.Read", 1], [["Audit.Read"]]])
def test_refuses_roles_that_are_not_names(value: object) -> None:
    assert refusal(read(entra()), entra_access(V2, roles=value)).startswith("roles is neither")


@pytest.mark.parametrize(
    "name",
    ["name", "preferred_username", "upn", "unique_name", "email", "sub", "oid", "acct", "azp"],
)
@pytest.mark.parametrize("value", [*Role, "admin", "root", "Global Administrator", ADMINS])
def test_a_name_alone_gives_no_role(name: str, value: str) -> None:
    claims = entra_access(V2, **{name: value})
    assert identity(read(entra(**WITH_GROUPS)), claims).roles == set()


@given(
    names=st.dictionaries(
        st.sampled_from(["name", "preferred_username", "sub", "oid"]),
        st.sampled_from([*Role, ADMINS, "admin"]) | st.text(min_size=1, max_size=20),
    ).filter(lambda names: "@" not in str(names))
)
def test_no_combination_of_names_gives_a_role(names: dict[str, str]) -> None:
    claims = entra_access(V2, **names)
    assert identity(read(entra(**WITH_GROUPS)), claims).roles == set()


OVERAGE = {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "x"}}}


@pytest.mark.parametrize("left_out", [OVERAGE, {"hasgroups": True}, {**OVERAGE, "groups": []}])
def test_omitted_groups_name_the_user_to_look_up(left_out: Claims) -> None:
    verified = accept(read(entra(**WITH_GROUPS)), entra_access(V2, **left_out))
    member = DirectoryObject(tenant=TENANT, object_id=OID, is_application=False)
    assert verified.groups == member


def test_omitted_groups_are_ignored_if_no_group_gives_a_right() -> None:
    assert accept(read(entra()), entra_access(V2, **OVERAGE)).groups == frozenset()


def test_other_claims_may_be_left_out() -> None:
    claims = entra_access(V2, groups=[ADMINS], _claim_names={"photo": "src1"})
    assert ADMIN in identity(read(entra(**WITH_GROUPS)), claims).roles


def test_refuses_omitted_groups_without_graph() -> None:
    reason = refusal(read(okta(**OKTA_GROUPS)), okta_access(OKTA, **OVERAGE))
    assert reason.startswith("groups are left out")


def test_refuses_a_malformed_mark_of_omitted_claims() -> None:
    claims = entra_access(V2, _claim_names=["groups"])
    assert refusal(read(entra(**WITH_GROUPS)), claims) == "_claim_names is not an object"


@pytest.mark.parametrize("oid", ["..", "../groups", f"{OID}/..", f"{OID}?$top=1", OID[1:]])
def test_refuses_a_malformed_object_id(oid: str) -> None:
    claims = entra_access(V2, oid=oid, **OVERAGE)
    assert refusal(read(entra(**WITH_GROUPS)), claims) == "oid is not an object ID"
