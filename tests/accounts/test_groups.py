"""Names of groups, and what an account keeps of them."""

import pytest

from shared.accounts.group_texts import (
    parse_assigned_groups,
    parse_linked_groups,
    state_of,
    write_assigned_groups,
    write_linked_groups,
)
from shared.accounts.groups import GROUP_NAME, LinkedGroup, groups_of_link, name_groups

ONE, OTHER = b"one", b"other"


@pytest.mark.parametrize("value", ["Admins", "okta:Admins", "a b", "ADMINS", "Ünïcode", '"\\'])
def test_a_group_of_a_provider_never_has_the_name_of_an_assigned_one(value: str) -> None:
    assert name_groups("entra", frozenset({value})) == frozenset({f"entra:{value}"})
    assert not GROUP_NAME.fullmatch(f"entra:{value}")


def test_values_that_nobody_could_write_are_left_out() -> None:
    odd = {"", "a\nb", "a\u202eb", "\ud800", "x" * 257, "kept"}
    assert name_groups("p", frozenset(odd)) == frozenset({"p:kept"})


def test_more_groups_than_an_account_keeps_are_unknown() -> None:
    many = frozenset(map(str, range(200)))
    assert len(name_groups("p", many) or ()) == 200
    assert name_groups("p", many | {"one more"}) is None


def test_each_link_has_groups_of_its_own() -> None:
    both = groups_of_link(groups_of_link((), ONE, ["p:a", "p:b"]), OTHER, ["p:b"])
    assert {group.name for group in groups_of_link(both, ONE, ["p:c"])} == {"p:b", "p:c"}
    assert groups_of_link(both, ONE, None) == {LinkedGroup(OTHER, "p:b")}


def test_groups_that_do_not_fit_beside_others_are_left_out_as_unknown() -> None:
    large = [f"p:{number}" + "\U0001f512" * 100 for number in range(60)]
    of_one = groups_of_link((), ONE, large)
    assert len(of_one) == 60
    assert groups_of_link(of_one, OTHER, large) == of_one
    text = write_linked_groups(of_one)
    assert len(text.encode("utf-16-le")) < 65_536


def test_texts_of_groups_are_read_as_they_were_written() -> None:
    linked = frozenset(
        {LinkedGroup(ONE, 'p:"\\ ü'), LinkedGroup(ONE, "p:b"), LinkedGroup(OTHER, "q:b")}
    )
    assert parse_linked_groups(write_linked_groups(linked)) == linked
    assigned = frozenset({"b", "A", "a"})
    assert parse_assigned_groups(write_assigned_groups(assigned)) == assigned
    assert (write_linked_groups(()), write_assigned_groups(())) == ("", "")
    assert (parse_linked_groups(""), parse_assigned_groups("")) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "text", ["{", "[1]", '{"b25l":"a"}', '{"b25l":[1]}', '{"!":["a"]}', "[" * 20_000, "null", "1"]
)
def test_a_foreign_text_is_not_groups(text: str) -> None:
    for parse in (parse_linked_groups, parse_assigned_groups):
        with pytest.raises(ValueError, match=r"\w"):
            parse(text)


def test_the_state_tells_assigned_groups_from_linked_ones() -> None:
    assert state_of("", "") == ""
    assert len({state_of('["a"]', ""), state_of("", '["a"]'), state_of("", '["b"]')}) == 3
