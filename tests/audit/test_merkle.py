"""The tree of RFC 6962, compared with known roots and a recursive version, and false proofs."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    Subtree,
    complete_subtrees,
    consistency_ranges,
    includes,
    inclusion_ranges,
    is_consistent,
    leaf_hash,
    node_hash,
    range_root,
    root_of,
)

# The test data of Certificate Transparency's reference implementation.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243"),
        *("5051525354555657", "606162636465666768696a6b6c6d6e6f"),
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 40
LEAVES = [leaf_hash(bytes([number])) for number in range(MOST)]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """Section 2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = max(1 << n for n in range(len(leaves)) if 1 << n < len(leaves))
    return node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def find(subtree: Subtree) -> bytes:
    first = subtree.index << subtree.level
    return plain_root(LEAVES[first : first + (1 << subtree.level)])


@pytest.mark.parametrize("size", range(9))
def test_roots_equal_the_reference_roots(size: int) -> None:
    assert root_of(map(leaf_hash, INPUTS[:size])).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(MOST + 1))
def test_a_root_equals_the_recursive_one(size: int) -> None:
    assert root_of(LEAVES[:size]) == plain_root(LEAVES[:size])
    assert range_root((0, size), find) == plain_root(LEAVES[:size])


@pytest.mark.parametrize("size", range(MOST + 1))
def test_only_the_right_leaf_is_proven(size: int) -> None:
    root = plain_root(LEAVES[:size])
    for index in range(size):
        proof = [range_root(ends, find) for ends in inclusion_ranges(index, size)]
        assert includes(LEAVES[index], index=index, size=size, proof=proof, root=root)
        other = LEAVES[(index + 1) % MOST]
        assert not includes(other, index=index, size=size, proof=proof, root=root)
        assert not includes(LEAVES[index], index=index, size=size, proof=[*proof, root], root=root)
        if proof:
            assert not includes(LEAVES[index], index=index, size=size, proof=proof[:-1], root=root)


@pytest.mark.parametrize("new", range(MOST + 1))
def test_each_smaller_tree_is_proven_as_a_prefix(new: int) -> None:
    for old in range(new + 1):
        proof = [range_root(ends, find) for ends in consistency_ranges(old, new)]
        roots = plain_root(LEAVES[:old]), plain_root(LEAVES[:new])
        assert is_consistent(old=old, old_root=roots[0], new=new, new_root=roots[1], proof=proof)
        rewritten = plain_root([leaf_hash(b"rewritten"), *LEAVES[1:old]])
        if old:
            assert not is_consistent(
                old=old, old_root=rewritten, new=new, new_root=roots[1], proof=proof
            )


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=8), st.data())
def test_an_invented_proof_is_not_accepted(proof: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(0, MOST))
    index = data.draw(st.integers(-1, MOST))
    real = (
        [range_root(ends, find) for ends in inclusion_ranges(index, size)]
        if 0 <= index < size
        else None
    )
    believed = includes(
        LEAVES[index % MOST], index=index, size=size, proof=proof, root=plain_root(LEAVES[:size])
    )
    assert believed is (proof == real)


def test_a_proof_outside_the_tree_is_an_error() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 1)):
        with pytest.raises(ValueError, match="no such leaf"):
            inclusion_ranges(index, size)
    for old, new in ((2, 1), (-1, 1)):
        with pytest.raises(ValueError, match="smaller tree"):
            consistency_ranges(old, new)
    for size in (3, -1):
        with pytest.raises(ValueError, match="one hash for each bit"):
            Frontier(size, [bytes(32)])


def test_appending_returns_the_completed_subtrees() -> None:
    frontier = Frontier()
    completed = [subtree for leaf in LEAVES[:4] for subtree, _ in frontier.append(leaf)]
    assert completed == [
        Subtree(0, 0),
        *(Subtree(0, 1), Subtree(1, 0)),
        Subtree(0, 2),
        *(Subtree(0, 3), Subtree(1, 1), Subtree(2, 0)),
    ]


def test_a_copy_of_a_frontier_is_independent() -> None:
    frontier = Frontier()
    frontier.append(LEAVES[0])
    copy = frontier.copy()
    copy.append(LEAVES[1])
    assert (frontier.size, frontier.root) == (1, LEAVES[0])
    assert list(complete_subtrees(0, 7)) == [Subtree(2, 0), Subtree(1, 2), Subtree(0, 6)]
