"""Settings that leave the app's own timer to the bench."""

from shared.functions import maintain

OWN_TIMER_OFF = {
    # Otherwise a measured request would pay for the sealing of others.
    f"AzureWebJobs.{maintain.__name__}.Disabled": "true",
    # An event can be sealed as soon as the bench asks for it.
    "AUDIT_SETTLING_SECONDS": "0",
}
