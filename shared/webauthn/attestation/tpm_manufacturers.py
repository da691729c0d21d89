"""TPM makers: the capability vendor IDs of the TCG's TPM Vendor ID Registry.

Copied in November 2026 from other verifiers, which quote versions 1.02 to 1.06. The registry itself
(trustedcomputinggroup.org, "TCG TPM Vendor ID Registry") could not be reached. If a maker is
missing here, the attestation of its TPMs is refused: add it.
"""

_REGISTERED = (
    *("AMD", "ANT", "ATML", "BRCM", "CSCO", "FLYS", "GOOG", "HISI", "HPE", "HPI", "IBM", "IFX"),
    *("INTC", "LEN", "MSFT", "NSM ", "NSG", "NTC", "NTZ", "QCOM", "ROCC", "SEAL", "SECE", "SMSC"),
    *("SMSN", "SNS", "STM ", "TXN", "WEC"),
)
"""Four characters, or three and a zero byte."""

UNSTATED = "id:00000000"
"""The ID in the W3C's own test vector (L3 section 16)."""

MANUFACTURERS = {f"id:{name.encode().ljust(4, b'\0').hex().upper()}" for name in _REGISTERED} | {
    UNSTATED
}
