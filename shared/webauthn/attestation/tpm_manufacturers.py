"""Who makes TPMs: capability vendor IDs of the TCG's TPM Vendor ID Registry.

Taken in November 2026 from what other verifiers quote of its versions 1.02 to 1.06, as the registry
itself (trustedcomputinggroup.org, "TCG TPM Vendor ID Registry") was out of reach. One that is
missing here makes its TPMs' attestation invalid: add it.
"""

_REGISTERED = (
    *("AMD", "ANT", "ATML", "BRCM", "CSCO", "FLYS", "GOOG", "HISI", "HPE", "HPI", "IBM", "IFX"),
    *("INTC", "LEN", "MSFT", "NSM ", "NSG", "NTC", "NTZ", "QCOM", "ROCC", "SEAL", "SECE", "SMSC"),
    *("SMSN", "SNS", "STM ", "TXN", "WEC"),
)
"""Four characters, or three and a zero byte."""

UNSTATED = "id:00000000"
"""In the W3C's own test vector (L3 section 16)."""

MANUFACTURERS = {f"id:{name.encode().ljust(4, b'\0').hex().upper()}" for name in _REGISTERED} | {
    UNSTATED
}
