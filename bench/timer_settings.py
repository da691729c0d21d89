"""Settings that leave the app's own timer to the bench."""

from azure.functions.decorators.function_app import FunctionBuilder

from shared.blueprints import maintenance

_TIMERS = (name for name, each in vars(maintenance).items() if isinstance(each, FunctionBuilder))

OWN_TIMER_OFF = {
    # Otherwise a measured request would pay for the sealing of others.
    **{f"AzureWebJobs.{name}.Disabled": "true" for name in _TIMERS},
    # An event can be sealed as soon as the bench asks for it.
    "AUDIT_SETTLING_SECONDS": "0",
}
