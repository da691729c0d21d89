"""The role that a person has at a database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.access.postgresql.escape import escape
from shared.access.postgresql.roles import (
    MOST_BYTES,
    FixedRole,
    GroupRole,
    RoleByGroup,
    RoleRule,
    RoleTemplate,
    check_role,
    may_be_confused,
    read_template,
    role_of,
)

BY_GROUP = RoleByGroup((GroupRole("dba", "admin"), GroupRole("staff", "reader")))
OWN = RoleTemplate("u_")
NAMES = some.text(min_size=1, max_size=12) | some.text("_a0-40x.@", min_size=1, max_size=8)


def of(rule: RoleRule, username: str = "alice", *groups: str) -> str | None:
    return role_of(rule, username=username, groups=groups)


def test_a_fixed_role_is_everybodys() -> None:
    assert of(FixedRole("app_ro")) == "app_ro"


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["dba"], "admin"),
        (["staff"], "reader"),
        (["staff", "dba"], "admin"),
        (["DBA"], None),
        ([], None),
    ],
)
def test_the_first_group_of_the_list_counts(groups: list[str], role: str | None) -> None:
    assert of(BY_GROUP, "alice", *groups) == role


@pytest.mark.parametrize(
    ("username", "role"),
    [
        ("alice", "u_alice"),
        ("a_b", "u_a__b"),
        ("a.b", "u_a_2e_b"),
        ("alice@example.org", "u_alice_40_example_2e_org"),
        ("zoë", "u_zo_eb_"),
        ("_40_", "u___40__"),
        ("李", "u__674e_"),
    ],
)
def test_a_template_writes_the_username_plainly(username: str, role: str) -> None:
    assert of(OWN, username) == role


@given(NAMES, NAMES)
def test_two_names_are_never_written_alike(one: str, other: str) -> None:
    assert (escape(one) == escape(other)) == (one == other)


@given(NAMES)
def test_a_written_name_can_be_read_again(name: str) -> None:
    written = escape(name)
    assert re.fullmatch("[a-z0-9_]*", written)
    read = re.sub("_([0-9a-f]*)_", lambda found: chr(int(found[1] or "5f", 16)), written)
    assert read == name


def test_a_role_that_would_be_cut_is_none() -> None:
    assert of(OWN, "a" * (MOST_BYTES - 2)) == f"u_{'a' * (MOST_BYTES - 2)}"
    assert of(OWN, "a" * (MOST_BYTES - 1)) is None
    assert of(RoleTemplate("ü_"), "a" * (MOST_BYTES - 2)) is None


@pytest.mark.parametrize(
    "role", ["", " ", "a ", "a\0b", "a\nb", "a\u202eb", "\ud800", "pg_monitor", "a" * 64, "é" * 32]
)
def test_what_can_be_no_role_is_refused(role: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        check_role(role)


@pytest.mark.parametrize("role", ["app_ro", 'with "quotes", and a comma', "a" * 63, "rôle", "PG_x"])
def test_other_roles_are_accepted(role: str) -> None:
    check_role(role)


@pytest.mark.parametrize(
    "text",
    ["", "u_", "{username}", "u_{username}x", "{u}_{username}", "}{username}", "pg_{username}"],
)
def test_a_template_has_its_prefix_and_then_the_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        read_template(text)


@pytest.mark.parametrize("prefix", ["p", "pg", "post", "postgre"])
def test_no_username_gives_a_role_that_each_server_has(prefix: str) -> None:
    """`postgres`, or one that begins with `pg_`."""
    with pytest.raises(ValueError, match=r"^must not .* postgres"):
        read_template(f"{prefix}{{username}}")


@pytest.mark.parametrize("prefix", ["postgres", "people_", "pgu_"])
def test_other_beginnings_are_accepted(prefix: str) -> None:
    assert read_template(f"{prefix}{{username}}") == RoleTemplate(prefix)


def test_a_template_is_written_as_it_was_read() -> None:
    assert read_template(OWN.text) == OWN


def test_a_template_is_confused_with_what_begins_like_it() -> None:
    confused: list[RoleRule] = [FixedRole("u_"), RoleTemplate("u_x_"), RoleTemplate("u")]
    for other in confused:
        assert may_be_confused(OWN, other)
        assert may_be_confused(other, OWN)
    distinct: list[RoleRule] = [OWN, FixedRole("u"), RoleTemplate("v_"), BY_GROUP]
    for other in distinct:
        assert not may_be_confused(OWN, other)
        assert not may_be_confused(other, OWN)
    assert not may_be_confused(FixedRole("a"), BY_GROUP)
