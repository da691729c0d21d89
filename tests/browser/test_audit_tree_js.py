"""The results of the auditors' page are compared with known roots and with our own proofs."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Browser, Page

from shared.audit.checkpoint import Checkpoint, CheckpointKey, sign_checkpoint
from shared.audit.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    range_root,
)
from tests.audit.test_merkle import INPUTS, LEAVES, ROOTS, find, plain_root
from tests.authenticator import base64url

pytestmark = pytest.mark.asyncio(loop_scope="session")

type Json = dict[str, Any]

SIZES = range(1, 14)
INCLUDES = """async (claims) => {
  const { decode, includes } = await import("/assets/audit/tree.js");
  return Promise.all(claims.map(({ leaf, index, size, root, proof }) =>
    includes(decode(leaf), { index, size, root: decode(root), proof: proof.map(decode) })));
}"""
CONSISTENT = """async (claims) => {
  const { decode, isConsistent } = await import("/assets/audit/tree.js");
  const tree = ([size, root]) => ({ size, root: decode(root) });
  return Promise.all(claims.map(({ older, newer, proof }) =>
    isConsistent(tree(older), tree(newer), proof.map(decode))));
}"""
LEAF_HASHES = """async (leaves) => {
  const { leafHash } = await import("/assets/audit/tree.js");
  const hex = (hash) => [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return Promise.all(leaves.map(async (leaf) => hex(await leafHash(leaf))));
}"""
SIGNERS = """async ([note, keys]) => {
  const { readNote, signers } = await import("/assets/audit/note.js");
  return signers(readNote(note), keys);
}"""
READ = """async (note) => {
  const { readNote } = await import("/assets/audit/note.js");
  try { return readNote(note).size; } catch { return null; }
}"""

CHECKPOINT = Checkpoint(origin="touchstone.example", size=8, root=bytes.fromhex(ROOTS[8]))
KEY, OTHER = (CheckpointKey(Ed25519PrivateKey.generate()) for _ in range(2))
VKEY, OTHER_VKEY = (str(key.verifier(CHECKPOINT.origin)) for key in (KEY, OTHER))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, touchstone_url: str) -> AsyncIterator[Page]:
    """One for all, as nothing that is called here keeps anything."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{touchstone_url}/problems")
    yield page
    await context.close()


def texts(hashes: list[bytes]) -> list[str]:
    return [base64url.encode(each) for each in hashes]


def included(index: int, size: int) -> Json:
    proof = [range_root(ends, find) for ends in inclusion_ranges(index, size)]
    root = base64url.encode(plain_root(LEAVES[:size]))
    leaf = base64url.encode(LEAVES[index])
    return {"leaf": leaf, "index": index, "size": size, "root": root, "proof": texts(proof)}


def continued(old: int, new: int) -> Json:
    proof = [range_root(ends, find) for ends in consistency_ranges(old, new)]
    older, newer = ([n, base64url.encode(plain_root(LEAVES[:n]))] for n in (old, new))
    return {"older": older, "newer": newer, "proof": texts(proof)}


def lies(claim: Json) -> list[Json]:
    """Each hash of the proof changed, one too many, and the last one left out."""
    proof, false = claim["proof"], base64url.encode(bytes(32))
    changed = [[*proof[:at], false, *proof[at + 1 :]] for at in range(len(proof))]
    shorter = [proof[:-1]] if proof else []
    return [claim | {"proof": each} for each in [*changed, [*proof, false], *shorter]]


async def test_leaves_are_hashed_as_rfc_6962_says(page: Page) -> None:
    plain = [leaf for leaf in INPUTS if leaf.isascii()]
    wide = ['{"name":"Zoë 🔑"}', '"\\u2028"']
    hashes = await page.evaluate(LEAF_HASHES, [*(leaf.decode() for leaf in plain), *wide])
    assert hashes[0] == ROOTS[1]
    assert hashes == [leaf_hash(leaf).hex() for leaf in [*plain, *(w.encode() for w in wide)]]


async def test_every_leaf_of_the_known_tree_is_proven(page: Page) -> None:
    hashes = [leaf_hash(leaf) for leaf in INPUTS]
    pairs = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, 8, 2)]
    fours = [node_hash(*pairs[:2]), node_hash(*pairs[2:])]
    claims = [
        {
            "leaf": base64url.encode(hashes[at]),
            "index": at,
            "size": 8,
            "root": base64url.encode(bytes.fromhex(ROOTS[8])),
            "proof": texts([hashes[at ^ 1], pairs[at // 2 ^ 1], fours[at // 4 ^ 1]]),
        }
        for at in range(8)
    ]
    assert await page.evaluate(INCLUDES, claims) == [True] * 8


async def test_correct_inclusion_proofs_are_valid_and_changed_ones_are_not(page: Page) -> None:
    claims = [included(index, size) for size in SIZES for index in range(size)]
    assert all(await page.evaluate(INCLUDES, claims))
    false = [lie for claim in claims for lie in lies(claim)]
    false += [claim | {"index": claim["size"]} for claim in claims]
    false += [claim | {"leaf": base64url.encode(bytes(32))} for claim in claims]
    assert not any(await page.evaluate(INCLUDES, false))


async def test_correct_consistency_proofs_are_valid_and_changed_ones_are_not(page: Page) -> None:
    claims = [continued(old, new) for new in SIZES for old in range(new + 1)]
    assert all(await page.evaluate(CONSISTENT, claims))
    changed = base64url.encode(bytes(32))
    false = [lie for claim in claims for lie in lies(claim)]
    false += [claim | {"older": [claim["older"][0], changed]} for claim in claims]
    false += [
        claim | {"newer": [claim["newer"][0], changed]} for claim in claims if claim["older"][0]
    ]
    false += [
        claim | {"older": claim["newer"], "newer": claim["older"]}
        for claim in claims
        if claim["older"] != claim["newer"]
    ]
    assert not any(await page.evaluate(CONSISTENT, false))


async def test_a_tree_may_have_more_leaves_than_fit_in_32_bits(page: Page) -> None:
    """Three quarters of 2**34 leaves, and all of them."""
    left, third, fourth = (bytes([number]) * 32 for number in range(3))
    claim = {
        "older": [3 << 32, base64url.encode(node_hash(left, third))],
        "newer": [4 << 32, base64url.encode(node_hash(left, node_hash(third, fourth)))],
        "proof": texts([third, fourth, left]),
    }
    assert await page.evaluate(CONSISTENT, [claim]) == [True]


async def test_a_signer_is_identified_by_the_whole_key_id(page: Page) -> None:
    note = sign_checkpoint(CHECKPOINT, [KEY, OTHER])
    ids = await page.evaluate(SIGNERS, [note, [VKEY, OTHER_VKEY]])
    assert [key[:8] for key in ids] == [VKEY.split("+")[1], OTHER_VKEY.split("+")[1]]
    assert {len(key) for key in ids} == {64}


async def test_keys_that_did_not_sign_are_not_signers(page: Page) -> None:
    note = sign_checkpoint(CHECKPOINT, [KEY])
    assert await page.evaluate(SIGNERS, [note, [OTHER_VKEY]]) == []
    assert await page.evaluate(SIGNERS, [note, [str(KEY.verifier("other.example"))]]) == []
    assert await page.evaluate(SIGNERS, [note.replace("\n8\n", "\n9\n"), [VKEY]]) == []


async def test_a_key_with_the_id_of_another_key_is_not_a_signer(page: Page) -> None:
    name, known_id, _ = VKEY.split("+", 2)
    borrowed = f"{name}+{known_id}+{OTHER_VKEY.split('+', 2)[2]}"
    note = sign_checkpoint(CHECKPOINT, [OTHER])
    assert await page.evaluate(SIGNERS, [note, [OTHER_VKEY]]) != []
    assert await page.evaluate(SIGNERS, [note, [borrowed]]) == []


async def test_a_signature_is_valid_only_under_its_own_name_and_id(page: Page) -> None:
    """As the specification of signed notes says, and as our own verifier does."""
    line = KEY.signature_line(CHECKPOINT)
    dash, name, packed = line.split(" ")
    other_id = base64.b64encode(bytes(4) + base64.b64decode(packed)[4:]).decode()
    for false in (f"{dash} other.example {packed}", f"{dash} {name} {other_id}\n"):
        note = f"{CHECKPOINT.text()}\n{false}"
        assert await page.evaluate(SIGNERS, [note, [VKEY]]) == []
        assert await page.evaluate(SIGNERS, [note + line, [VKEY]]) != []


@pytest.mark.parametrize("size", ["", "-1", "08", "8.5", "1e3", "9007199254740993", "eight"])
async def test_a_checkpoint_with_a_malformed_size_is_not_read(page: Page, size: str) -> None:
    note = sign_checkpoint(CHECKPOINT, [KEY])
    assert await page.evaluate(READ, note) == CHECKPOINT.size
    assert await page.evaluate(READ, note.replace("\n8\n", f"\n{size}\n")) is None


async def test_a_checkpoint_with_a_malformed_root_is_not_read(page: Page) -> None:
    short = Checkpoint(origin="touchstone.example", size=8, root=EMPTY_ROOT[:31])
    assert await page.evaluate(READ, sign_checkpoint(short, [KEY])) is None
