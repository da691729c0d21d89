"""A receipt proves that its events are in the log, if they are sealed."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared import base64url
from shared.audit.checkpoint import Checkpoint, CheckpointKey, sign_checkpoint
from shared.audit.merkle import inclusion_ranges, leaf_hash, root_of
from shared.audit.statement import Part, write_json
from tests.audit.receipts.sealed_receipt import Sealed
from tests.audit.receipts.test_receipts import RP_ID, run

type Json = dict[str, Any]
type Change = Callable[[Json], object]

OTHERS = CheckpointKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHERS_KEY = str(OTHERS.verifier(RP_ID))


def test_it_is_proven_with_the_key_of_the_log(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sealed.receipt, tmp_path, "--key", sealed.key) == 0
    said = capsys.readouterr().out
    assert "Log: entries of 3 of 3 events, under a checkpoint checked with your key" in said
    assert run(sealed.receipt, tmp_path, "--json") == 0
    log = json.loads(capsys.readouterr().out)["log"]
    assert log == {"events": 3, "sealed": 3, "checkedWithKey": False}


def test_what_is_not_sealed_is_missing_only_if_a_key_is_given(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = sealed.copy()
    del receipt["checkpoint"]["entries"][1:]
    assert run(receipt, tmp_path) == 0
    assert "Log: entries of 1 of 3 events, under a checkpoint by an unknown" in _out(capsys)
    assert run(receipt, tmp_path, "--key", sealed.key) == 2
    assert _findings(capsys, "MISSING") == ["gesture 2", "use"]
    receipt["checkpoint"] = None
    assert run(receipt, tmp_path) == 0
    assert "Log: nothing of it was sealed when the receipt was made" in _out(capsys)
    assert run(receipt, tmp_path, "--key", sealed.key) == 2
    assert _findings(capsys, "MISSING") == ["gesture 1", "gesture 2", "use"]
    receipt["use"] = None
    assert run(receipt, tmp_path, "--key", sealed.key) == 2
    assert _findings(capsys, "MISSING")[-1] == "use"


def _out(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def _findings(capsys: pytest.CaptureFixture[str], severity: str) -> list[str]:
    lines = _out(capsys).splitlines()
    return [line.split(":")[0].removeprefix(f"{severity} ") for line in lines if severity in line]


def _entry(number: int, **changes: Any) -> Change:  # noqa: ANN401
    return lambda receipt: receipt["checkpoint"]["entries"][number].update(changes)


def _note(old: str, new: str) -> Change:
    def change(receipt: Json) -> None:
        note = receipt["checkpoint"]["note"]
        receipt["checkpoint"]["note"] = note.replace(old, new, 1)

    return change


def _leaf(old: str, new: str) -> Change:
    def change(receipt: Json) -> None:
        entry = receipt["checkpoint"]["entries"][0]
        entry["leaf"] = entry["leaf"].replace(old, new, 1)

    return change


def _evidence(**changes: str) -> Change:
    return lambda receipt: receipt["checkpoint"]["entries"][0]["evidence"].update(changes)


def _proof(change: Callable[[list[str]], object]) -> Change:
    return lambda receipt: change(receipt["checkpoint"]["entries"][0]["proof"])


def _swap_events(receipt: Json) -> None:
    one, other = receipt["gestures"]
    one["event"], other["event"] = other["event"], one["event"]


def _swap_evidence(receipt: Json) -> None:
    one, other, _ = receipt["checkpoint"]["entries"]
    one["evidence"], other["evidence"] = other["evidence"], one["evidence"]


def _use_is_a_gesture(receipt: Json) -> None:
    receipt["use"]["event"] = receipt["gestures"][0]["event"]


NOT_IN_LOG = "is not in the log that the checkpoint signs"
NOT_SIGNED = "has a checkpoint that none of the given keys has signed"
NO_EVIDENCE = "does not commit to what the authenticator of its gesture signed"
OTHER = "says something else than its gesture"
WRONG: dict[str, tuple[Change, str]] = {
    "another leaf": (_leaf('"tenant":"https', '"tenant":"http'), NOT_IN_LOG),
    "another spelling": (_leaf('"v":1', '"v": 1'), "is no event"),
    "another index": (_entry(0, index=0), NOT_IN_LOG),
    "a leaf of the future": (_entry(0, index=10**9), NOT_IN_LOG),
    "another proof": (_proof(lambda proof: proof.reverse()), NOT_IN_LOG),
    "a short proof": (_proof(lambda proof: proof.pop()), NOT_IN_LOG),
    "a long proof": (_proof(lambda proof: proof.append(proof[0])), NOT_IN_LOG),
    "another signature": (_note(f"{RP_ID} ", f"{RP_ID} A"), NOT_SIGNED),
    "another log": (_note(RP_ID, "evil.example"), "has the checkpoint of another log"),
    "no checkpoint": (
        lambda receipt: receipt["checkpoint"].update(note=""),
        "has no checkpoint that can be read",
    ),
    "a checkpoint without a signature": (
        lambda receipt: receipt["checkpoint"].update(
            note=receipt["checkpoint"]["note"].split("\n\n")[0] + "\n\n"
        ),
        NOT_SIGNED,
    ),
    "half a checkpoint": (
        lambda receipt: receipt["checkpoint"].update(
            note=receipt["checkpoint"]["note"].split("\n\n")[0] + "\n"
        ),
        "has no checkpoint that can be read",
    ),
    "another salt": (_evidence(salt="AAAA"), NO_EVIDENCE),
    "other evidence": (_evidence(content="{}"), NO_EVIDENCE),
    "no evidence": (
        lambda receipt: receipt["checkpoint"]["entries"][0].pop("evidence"),
        NO_EVIDENCE,
    ),
    "evidence of the other gesture": (_swap_evidence, NO_EVIDENCE),
    "events of the other gesture": (_swap_events, OTHER),
    "an event of nothing": (
        lambda receipt: receipt["gestures"][0].update(event="another"),
        "is the event of nothing in this receipt",
    ),
    "a gesture for the use": (_use_is_a_gesture, "is another event than the use"),
    "a use that is none": (lambda receipt: receipt.update(status="approved"), "event of a use"),
    "an entry twice": (
        lambda receipt: receipt["checkpoint"]["entries"].append(
            receipt["checkpoint"]["entries"][0]
        ),
        "has an event twice",
    ),
}


def test_whatever_is_changed_is_found(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, (change, said) in WRONG.items():
        changed = sealed.copy()
        change(changed)
        assert changed != sealed.receipt, name
        assert run(changed, tmp_path, "--key", sealed.key) == 1, name
        out = _out(capsys).splitlines()
        assert any(line.startswith("WRONG") and said in line for line in out), name
    root = sealed.copy()
    another_root(root)
    assert run(root, tmp_path) == 1
    assert _findings(capsys, "WRONG") == ["log entry 1", "log entry 2", "log entry 3"]


def another_root(receipt: Json) -> None:
    lines = receipt["checkpoint"]["note"].split("\n")
    receipt["checkpoint"]["note"] = "\n".join([*lines[:2], "A" * 43 + "=", *lines[3:]])


def test_a_checkpoint_of_another_key_does_not_count(sealed: Sealed, tmp_path: Path) -> None:
    assert run(sealed.receipt, tmp_path, "--key", OTHERS_KEY) == 1
    assert run(sealed.receipt, tmp_path, "--key", OTHERS_KEY, "--key", sealed.key) == 0


def test_an_honest_entry_of_another_approval_does_not_count(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, stranger = sealed.copy(), sealed.strangers
    receipt["checkpoint"]["entries"][0] = stranger
    receipt["gestures"][0]["event"] = json.loads(stranger["leaf"])["id"]
    assert run(receipt, tmp_path, "--key", sealed.key) == 1
    assert f"WRONG log entry 1: {OTHER}" in _out(capsys)


def resealed(receipt: Json) -> Json:
    """As a log would seal these leaves whose operator signs anything: proofs are no help."""
    kept = receipt["checkpoint"]["entries"]
    hashes = [leaf_hash(each["leaf"].encode()) for each in kept]
    for index, entry in enumerate(kept):
        ranges = inclusion_ranges(index, len(kept))
        proof = [root_of(hashes[first:end]) for first, end in ranges]
        entry |= {"index": index, "proof": list(map(base64url.encode, proof))}
    checkpoint = Checkpoint(origin=RP_ID, size=len(kept), root=root_of(hashes))
    receipt["checkpoint"]["note"] = sign_checkpoint(checkpoint, [OTHERS])
    return receipt


def _says(number: int, path: Sequence[str], value: object) -> Change:
    def change(receipt: Json) -> None:
        entry = receipt["checkpoint"]["entries"][number]
        leaf = members = json.loads(entry["leaf"])
        for name in path[:-1]:
            members = members[name]
        assert repr(members[path[-1]]) != repr(value)
        members[path[-1]] = value
        entry["leaf"] = write_json(leaf).decode()

    return change


def _commits_to_other_signature(receipt: Json) -> None:
    evidence = receipt["checkpoint"]["entries"][0]["evidence"]
    members = json.loads(evidence["content"]) | {"signature": "AAAA"}
    part = Part(salt=base64url.decode(evidence["salt"]), content=write_json(members))
    evidence["content"] = part.content.decode()
    _says(0, ["evidence"], base64url.encode(part.commitment))(receipt)


USE = "is another event than the use"
OTHER_LEAVES: dict[str, tuple[Change, str]] = {
    "another kind": (_says(0, ["kind"], "approval.refused"), OTHER),
    "a failure": (_says(0, ["outcome"], "failure"), OTHER),
    "another version": (_says(0, ["v"], 2), OTHER),
    "a version that is no number": (_says(0, ["v"], "1"), OTHER),
    "a version that passes for one": (_says(0, ["v"], True), OTHER),
    "another approval": (_says(0, ["facts", "approval"], "another"), OTHER),
    "another statement": (_says(0, ["facts", "statement"], "A" * 43), OTHER),
    "another part": (_says(0, ["facts", "part"], "approve"), OTHER),
    "no facts": (_says(0, ["facts"], "none"), OTHER),
    "another person": (_says(0, ["target", "id"], "A" * 43), OTHER),
    "another credential": (_says(0, ["credential", "hash"], "A" * 43), OTHER),
    "another key": (_says(0, ["credential", "publicKeyHash"], "A" * 43), OTHER),
    "another signature": (_commits_to_other_signature, NO_EVIDENCE),
    "another kind of use": (_says(2, ["kind"], "restore.started"), USE),
    "a use that failed": (_says(2, ["outcome"], "failure"), USE),
    "the use of another approval": (_says(2, ["facts", "approval"], "another"), USE),
    "the use by another person": (_says(2, ["actor", "id"], "A" * 43), USE),
}


def test_an_entry_that_says_something_else_is_found_under_any_checkpoint(
    sealed: Sealed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(resealed(sealed.copy()), tmp_path, "--key", OTHERS_KEY) == 0
    for name, (change, said) in OTHER_LEAVES.items():
        capsys.readouterr()
        changed = sealed.copy()
        change(changed)
        assert run(resealed(changed), tmp_path, "--key", OTHERS_KEY) == 1, name
        (found,) = [line for line in _out(capsys).splitlines() if line.startswith("WRONG")]
        assert said in found, name


def no_inclusions(receipt: Json) -> list[Json]:
    kept = receipt["checkpoint"]
    (entry, *_) = kept["entries"]
    other_proofs: list[object] = [None, [1], ["="], {}, ""]
    other_parts: list[object] = [{}, [], {"salt": "A"}]
    broken: list[object] = [
        *([], {}, "x", {**kept, "note": 1}, {**kept, "entries": None}, {**kept, "entries": {}}),
        *({**kept, "entries": [{**entry, "index": each}]} for each in ("1", -1, True, 1.0)),
        *({**kept, "entries": [{**entry, "proof": each}]} for each in other_proofs),
        *({**kept, "entries": [{**entry, "personal": each}]} for each in other_parts),
    ]
    return [{**receipt, "checkpoint": each} for each in broken]


def test_what_is_no_inclusion_is_bad_usage(sealed: Sealed, tmp_path: Path) -> None:
    for each in no_inclusions(sealed.receipt):
        with pytest.raises(SystemExit) as ended:
            run(each, tmp_path)
        assert ended.value.code == 64, each
