"""The page for auditors says of a receipt what the command says: each tampered receipt goes through
both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.audit.checkpoint import read_verifier
from shared.audit.verification.reading import Malformed
from shared.audit.verification.receipts.command import verify_receipt
from shared.audit.verification.receipts.receipt import MOST_BYTES
from tests.audit.receipts import test_receipts, test_sealed
from tests.audit.receipts.in_node import ask_page, plain
from tests.audit.receipts.sealed_receipt import Json, Sealed
from tests.harness.service_harness import ORIGIN, SETTINGS

RP_ID = SETTINGS["RP_ID"]


@dataclass(frozen=True, kw_only=True)
class Case:
    receipt: bytes
    rp_id: str = RP_ID
    origins: list[str] = field(default_factory=lambda: [ORIGIN])
    approvers: int = 0
    keys: list[str] = field(default_factory=list)

    def for_page(self) -> Json:
        expected = {
            "rpId": self.rp_id,
            "origins": self.origins,
            "approvers": self.approvers,
            "keys": self.keys,
        }
        return {"receipt": plain(self.receipt), "expected": expected}

    def by_command(self) -> tuple[str, list[tuple[str, str, str]]]:
        try:
            told = verify_receipt(
                self.receipt,
                rp_id=self.rp_id,
                origins=self.origins,
                approvers=self.approvers,
                keys=[read_verifier(key) for key in self.keys],
            ).describe()
        except Malformed:
            return "no receipt", []
        found = [
            (each["about"], each["check"], "wrong" if each["wrong"] else "missing")
            for each in told["findings"]
        ]
        return told["verdict"], sorted(found)


def by_page(cases: Mapping[str, Case]) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    told = ask_page(receipts=[case.for_page() for case in cases.values()])["receipts"]
    return {
        name: (
            each["verdict"],
            sorted((found["about"], found["check"], found["state"]) for found in each["findings"]),
        )
        for name, each in zip(cases, told, strict=True)
    }


def agree(cases: Mapping[str, Case]) -> set[str]:
    """The verdicts that there are among them."""
    told = by_page(cases)
    for name, case in cases.items():
        assert told[name] == case.by_command(), name
    return {verdict for verdict, _ in told.values()}


def written(receipt: object) -> bytes:
    return json.dumps(receipt).encode()


def changed(receipt: Json, change: Any) -> bytes:  # noqa: ANN401
    copy = json.loads(json.dumps(receipt))
    change(copy)
    return written(copy)


async def test_of_gestures(receipt: Json) -> None:
    cases = {
        name: Case(receipt=changed(receipt, change), approvers=2)
        for name, (change, _) in test_receipts.WRONG.items()
    }
    honest = Case(receipt=written(receipt), approvers=2)
    unregistered = changed(receipt, lambda each: each["gestures"][1].update(registration=None))
    assert agree(cases) == {"wrong"}
    assert agree({"honest": honest}) == {"proven"}
    assert agree({"unregistered": Case(receipt=unregistered)}) == {"incomplete"}
    elsewhere = {
        "another origin": Case(receipt=written(receipt), origins=["https://evil.example"]),
        "another relying party": Case(receipt=written(receipt), rp_id="evil.example"),
        "more approvers": Case(receipt=written(receipt), approvers=3),
    }
    assert agree(elsewhere) == {"wrong"}


async def test_of_what_is_no_receipt(sealed: Sealed) -> None:
    broken = [
        *test_receipts.no_receipts(sealed.receipt),
        *test_sealed.no_inclusions(sealed.receipt),
    ]
    cases = {f"{at}": Case(receipt=written(each)) for at, each in enumerate(broken)}
    whole = written(sealed.receipt)
    texts = {
        "a byte order mark": b"\xef\xbb\xbf" + whole,
        "another encoding": whole.decode().encode("utf-16"),
        "no text": whole.replace(b"alice", b"al\xffce"),
        "a member twice": b'{"status":"used",' + whole[1:],
        "a member twice within": whole.replace(b'"role": ', b'"role": "ask", "role": ', 1),
        "a member twice, spelled in two ways": whole.replace(
            b'"role"', b'"r\\u006fle": "", "role"', 1
        ),
        "something behind it": whole + b"{}",
        "nothing": b"",
        "a comma too many": whole[:-1] + b",}",
        "too large": whole + b" " * MOST_BYTES,
        "very deep": b'{"more":' + b"[" * 100_000,
    }
    assert agree(cases | {name: Case(receipt=each) for name, each in texts.items()}) == {
        "no receipt"
    }


async def test_of_names_that_all_objects_have(receipt: Json) -> None:
    gesture = receipt["gestures"][0]
    without = {name: value for name, value in gesture.items() if name != "role"}
    cases = {
        "another prototype": {**receipt, "__proto__": {"status": "used"}, "constructor": 1},
        "a member by its prototype": {**receipt, "gestures": [{**without, "__proto__": gesture}]},
    }
    assert agree({name: Case(receipt=written(each)) for name, each in cases.items()}) == {
        "proven",
        "no receipt",
    }


async def test_of_the_log(sealed: Sealed) -> None:
    def case(receipt: object, key: str = "") -> Case:
        return Case(receipt=written(receipt), keys=[key] if key else [])

    honest = {
        "with its key": case(sealed.receipt, sealed.key),
        "without a key": case(sealed.receipt),
        "sealed by another": case(test_sealed.resealed(sealed.copy()), test_sealed.OTHERS_KEY),
    }
    assert agree(honest) == {"proven"}
    wrong = {
        f"{name}, {bool(key)}": Case(receipt=changed(sealed.receipt, change), keys=key)
        for name, (change, _) in test_sealed.WRONG.items()
        for key in ([sealed.key], [])
    }
    assert agree(wrong) >= {"wrong"}
    forged = {}
    for name, (change, _) in test_sealed.OTHER_LEAVES.items():
        leaf = sealed.copy()
        change(leaf)
        forged[name] = case(test_sealed.resealed(leaf), test_sealed.OTHERS_KEY)
    root = Case(receipt=changed(sealed.receipt, test_sealed.another_root))
    assert agree(forged | {"another root": root}) == {"wrong"}


async def test_of_what_is_not_sealed_and_of_other_keys(sealed: Sealed) -> None:
    one, nothing, unused = sealed.copy(), sealed.copy(), sealed.copy()
    del one["checkpoint"]["entries"][1:]
    nothing["checkpoint"] = None
    unused |= {"use": None, "checkpoint": None}
    cases = {
        f"{at}": Case(receipt=written(each), keys=[sealed.key])
        for at, each in enumerate((one, nothing, unused))
    }
    assert agree(cases) == {"incomplete"}
    other = {"another key": Case(receipt=written(sealed.receipt), keys=[test_sealed.OTHERS_KEY])}
    assert agree(other) == {"wrong"}
    both = Case(receipt=written(sealed.receipt), keys=[test_sealed.OTHERS_KEY, sealed.key])
    assert agree({"both keys": both}) == {"proven"}


NOTES = {
    "a size with a zero": ("\n{size}\n", "\n0{size}\n"),
    "a size with a sign": ("\n{size}\n", "\n+{size}\n"),
    "a size of other digits": ("\n{size}\n", "\n٨\n"),
    "a size that no browser counts to": ("\n{size}\n", "\n9007199254740993\n"),
    "a root without padding": ("=\n", "\n"),
    "a root of another alphabet": ("=\n", "-_=\n"),
    "no line for the name": (RP_ID, ""),
    "a signature without padding": ("=\n", "\n"),
    "a signature with a space": ("— ", "—  "),
    "a signature of nobody": ("— ", "- "),
    "a signature with something behind it": ("=\n", "= more\n"),
    "a signature with another end of the line": ("=\n", "=\r\n"),
    "a signature before another end of a line": ("=\n", "=\u2028\n"),
}


async def test_of_how_a_checkpoint_is_written(sealed: Sealed) -> None:
    note = sealed.receipt["checkpoint"]["note"]
    size = note.split("\n")[1]
    cases: dict[str, Case] = {}
    for name, (old, new) in NOTES.items():
        receipt = sealed.copy()
        receipt["checkpoint"]["note"] = _replaced(
            note, old.format(size=size), new.format(size=size), last=name.startswith("a signature")
        )
        cases |= {
            f"{name}, {key}": Case(receipt=written(receipt), keys=key) for key in ([sealed.key], [])
        }
    assert agree(cases) >= {"wrong"}


def _replaced(text: str, old: str, new: str, *, last: bool) -> str:
    replaced = new.join(text.rsplit(old, 1)) if last else text.replace(old, new, 1)
    assert replaced != text
    return replaced
