"""A receipt proves who approved what, to somebody who has nothing else of the service."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devhost.process import REPOSITORY
from shared import base64url
from shared.access.approvals.approval import Part, purpose_of
from shared.accounts.handles import UserHandle
from shared.audit.verification.receipts.commitments import commitment_of
from shared.audit.verify import main
from shared.webauthn.state import commit_to
from tests.audit.verify.test_verify_command import NEEDED, RUN
from tests.harness.service_harness import ORIGIN, SETTINGS

type Json = dict[str, Any]
type Change = Callable[[Json], object]

RP_ID = SETTINGS["RP_ID"]


def run(receipt: object, path: Path, *options: str) -> int:
    file = path / "receipt.json"
    file.write_text(json.dumps(receipt), encoding="utf-8")
    return main([str(file), "--receipt", "--rp-id", RP_ID, *options])


async def test_an_honest_receipt_is_proven(
    receipt: Json, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(receipt, tmp_path, "--approvers", "2", "--origin", ORIGIN) == 0
    assert "every gesture is proven" in capsys.readouterr().out
    assert run(receipt, tmp_path, "--json") == 0
    described = json.loads(capsys.readouterr().out)
    assert described["verdict"] == "proven"
    assert [each["username"] for each in described["gestures"]] == ["alice", "bob", "carol"]


def _statement(old: str, new: str) -> Change:
    return lambda receipt: receipt.update(statement=receipt["statement"].replace(old, new))


def _gesture(number: int, **changes: Any) -> Change:  # noqa: ANN401
    return lambda receipt: receipt["gestures"][number].update(changes)


def _flip(number: int, name: str, at: int = -1, bit: int = 1) -> Change:
    def change(receipt: Json) -> None:
        data = bytearray(base64url.decode(receipt["gestures"][number][name]))
        data[at] ^= bit
        receipt["gestures"][number][name] = base64url.encode(bytes(data))

    return change


def _swap(name: str) -> Change:
    def change(receipt: Json) -> None:
        one, other = receipt["gestures"][1], receipt["gestures"][2]
        one[name], other[name] = other[name], one[name]

    return change


def _without_challenge(receipt: Json) -> None:
    receipt["gestures"][1]["clientDataJSON"] = base64url.encode(b'{"type":"webauthn.get"}')


WRONG: dict[str, tuple[Change, str]] = {
    "another amount": (_statement('"amount":100', '"amount":101'), "commit"),
    "another order of members": (
        lambda receipt: receipt.update(statement=json.dumps(json.loads(receipt["statement"]))),
        "commit",
    ),
    "another approval": (_statement('"approval":"0', '"approval":"1'), "commit"),
    "another asker": (_statement('"asker":{"address":null,', '"asker":{"address":"x",'), "commit"),
    "another role": (_gesture(1, role="ask"), "commit"),
    "an unknown role": (_gesture(1, role="admin"), "role"),
    "another person": (_swap("user"), "commit"),
    "another name": (
        lambda receipt: receipt["gestures"][0]["user"].update(username="bob"),
        "another name",
    ),
    "another nonce": (_flip(1, "nonce"), "commit"),
    "a short nonce": (_gesture(1, nonce="AAAA"), "commit"),
    "no challenge": (_without_challenge, "commit"),
    "another signature": (_flip(1, "signature"), "signature"),
    "another key": (_swap("publicKey"), "signature"),
    "no key": (_gesture(1, publicKey="AAAA"), "signature"),
    "a key of another kind": (_gesture(1, publicKey=base64url.encode(b"\x80")), "signature"),
    "another relying party": (_flip(1, "authenticatorData", at=0), "relying party"),
    "no user verification": (_flip(1, "authenticatorData", at=32, bit=4), "verification"),
    "no user presence": (_flip(1, "authenticatorData", at=32), "presence"),
    "short data": (_gesture(1, authenticatorData="AAAA"), "relying party"),
    "another registration": (_swap("registration"), "registration"),
    "a broken registration": (
        lambda receipt: receipt["gestures"][1]["registration"].update(attestationObject="AAAA"),
        "registration",
    ),
    "one gesture twice": (
        lambda receipt: receipt["gestures"].append(receipt["gestures"][1]),
        "two gestures",
    ),
    "one approval too few": (lambda receipt: receipt["gestures"].pop(), "2 are expected"),
    "no gesture": (lambda receipt: receipt["gestures"].clear(), "nobody"),
    "refused": (lambda receipt: receipt.update(status="refused"), "refused"),
}


async def test_whatever_is_changed_is_found(
    receipt: Json, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, (change, said) in WRONG.items():
        changed = json.loads(json.dumps(receipt))
        change(changed)
        assert changed != receipt, name
        assert run(changed, tmp_path, "--approvers", "2") == 1, name
        out = capsys.readouterr().out
        assert any(line.startswith("WRONG") and said in line for line in out.splitlines()), name


async def test_another_origin_or_relying_party_is_found(receipt: Json, tmp_path: Path) -> None:
    assert run(receipt, tmp_path, "--origin", "https://evil.example") == 1
    file = tmp_path / "receipt.json"
    assert main([str(file), "--receipt", "--rp-id", "evil.example", "--origin", ORIGIN]) == 1


async def test_a_receipt_without_a_registration_is_incomplete(
    receipt: Json, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt["gestures"][1]["registration"] = None
    assert run(receipt, tmp_path) == 2
    assert "MISSING gesture 2" in capsys.readouterr().out


def no_receipts(receipt: Json) -> list[object]:
    twice = json.loads(json.dumps(receipt))
    twice["statement"] = '{"version":2,' + twice["statement"][1:]
    gesture, statement = receipt["gestures"][0], receipt["statement"]
    nested: list[object] = []
    other_uses: list[object] = [[], {"event": 1}, "x"]
    other_roles: list[object] = ["\ud800", 1, None]
    other_gestures: list[object] = [[{}], {}, None, ""]
    for _ in range(64):
        nested = [nested]
    return [
        *([], {}, {**receipt, "version": 2}, {**receipt, "statement": "{}"}, twice),
        *({**receipt, "version": each} for each in (True, 1.0, "1")),
        *({**receipt, "gestures": each} for each in other_gestures),
        *({**receipt, "gestures": [{**gesture, "role": each}]} for each in other_roles),
        *(
            {**receipt, "gestures": [{**gesture, "nonce": each}]}
            for each in ("AB", "AA==", "A/", 1)
        ),
        *(
            {**receipt, "statement": each}
            for each in (1, statement.replace('"version":1', '"version":true'))
        ),
        *({**receipt, "use": each} for each in other_uses),
        *({**receipt, "more": each} for each in (nested, 2**53, 0.5, float("nan"), "\udc00")),
        {**receipt, "statement": statement.replace("100", "NaN")},
        {name: value for name, value in receipt.items() if name != "checkpoint"},
    ]


async def test_what_is_no_receipt_is_bad_usage(receipt: Json, tmp_path: Path) -> None:
    for each in no_receipts(receipt):
        with pytest.raises(SystemExit) as ended:
            run(each, tmp_path)
        assert ended.value.code == 64, each
    for options in (["--receipt"], ["--receipt", "--rp-id", RP_ID]):
        with pytest.raises(SystemExit) as ended:
            main([str(tmp_path / "missing.json"), *options])
        assert ended.value.code == 64


async def test_it_is_checked_without_the_rest_of_the_service(receipt: Json, tmp_path: Path) -> None:
    apart, file = tmp_path / "apart", tmp_path / "receipt.json"
    for name in NEEDED:
        source, target = REPOSITORY / name, apart / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    file.write_text(json.dumps(receipt), encoding="utf-8")
    arguments = [str(file), "--receipt", "--rp-id", RP_ID]
    command = [sys.executable, "-I", "-c", RUN, str(apart), *arguments]
    done = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr
    imported = done.stderr.decode().split()
    assert "shared.audit.verification.receipts.checking" in imported
    outside = [name for name in imported if not name.startswith("shared.audit")]
    assert outside == ["shared", "shared.base64url", "shared.cose"]


def test_a_commitment_is_that_of_the_service() -> None:
    handle = UserHandle(bytes(range(32)))
    purpose = purpose_of("an approval", Part.APPROVE, handle, "{}")
    assert commit_to(purpose, nonce=bytes(32)) == commitment_of(
        nonce=bytes(32),
        approval="an approval",
        role="approve",
        user=base64url.encode(handle),
        statement="{}",
    )
