"""The result for one receipt, as text and as JSON."""

from collections.abc import Sequence
from typing import Any

from shared.audit.checkpoint import Verifier
from shared.audit.verification.receipts.checking import Expected, check_receipt
from shared.audit.verification.receipts.finding import Finding
from shared.audit.verification.receipts.receipt import Receipt, read_receipt
from shared.audit.verification.receipts.sealed import sealed_events

PROVEN, WRONG, INCOMPLETE = 0, 1, 2
_VERDICTS = {
    PROVEN: "every gesture is proven",
    WRONG: "something is wrong",
    INCOMPLETE: "nothing is wrong, but something that a proof needs is missing",
}


class Result:
    def __init__(self, receipt: Receipt, findings: Sequence[Finding], *, has_key: bool) -> None:
        self.receipt = receipt
        self.findings = findings
        self._events = len(receipt.gestures) + (receipt.use is not None)
        self._sealed = len(sealed_events(receipt))
        self._has_key = has_key

    @property
    def status(self) -> int:
        if any(finding.is_wrong for finding in self.findings):
            return WRONG
        return INCOMPLETE if self.findings else PROVEN

    def text(self) -> str:
        """Texts of the receipt are written so that no terminal obeys them."""
        members = self.receipt.members
        lines = [
            f"Approval {self.receipt.approval!a} at {members.get('service')!a}",
            *(
                f"  {number}. {each.role!a} by the account {each.user!a}. The service says: "
                f"{each.username!a} at {each.at!a}, event {each.event!a}"
                for number, each in enumerate(self.receipt.gestures, 1)
            ),
            f"Statement: {self.receipt.statement!a}",
            f"Log: {self._log()}",
            *(f"{_severity(each)} {each.about}: {each.text}" for each in self.findings),
            f"Verdict: {_VERDICTS[self.status]}.",
        ]
        return "\n".join(lines)

    def _log(self) -> str:
        if self.receipt.sealed is None:
            return "nothing of it was sealed when the receipt was made"
        entries = f"entries of {self._sealed} of {self._events} events"
        signer = (
            "checked with your key" if self._has_key else "by an unknown signer: give its --key"
        )
        return f"{entries}, under a checkpoint {signer}"

    def describe(self) -> dict[str, Any]:
        return {
            "verdict": ("proven", "wrong", "incomplete")[self.status],
            "approval": self.receipt.approval,
            "gestures": [
                {"role": each.role, "user": each.user, "username": each.username}
                for each in self.receipt.gestures
            ],
            "log": {
                "events": self._events,
                "sealed": self._sealed,
                "checkedWithKey": self._has_key,
            },
            "findings": [
                {
                    "about": each.about,
                    "check": each.check,
                    "text": each.text,
                    "wrong": each.is_wrong,
                }
                for each in self.findings
            ],
        }


def _severity(finding: Finding) -> str:
    return "WRONG" if finding.is_wrong else "MISSING"


def verify_receipt(
    data: bytes,
    *,
    rp_id: str,
    origins: Sequence[str],
    approvers: int = 0,
    keys: Sequence[Verifier] = (),
) -> Result:
    """Without origins, the one of the RP ID itself. Raise Malformed for what is no receipt."""
    receipt = read_receipt(data)
    expected = Expected(
        rp_id=rp_id,
        origins=tuple(origins) or (f"https://{rp_id}",),
        approvers=approvers,
        keys=keys,
    )
    return Result(receipt, check_receipt(receipt, expected), has_key=bool(keys))
