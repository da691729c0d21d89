"""Timers that keep storage tidy."""

import logging
from datetime import timedelta

import azure.functions as func

from shared import wiring

bp = func.Blueprint()
_SEALING = _SHIPPING = _SWEEPING = timedelta(seconds=30)
_ERASING = _INDEXING = timedelta(seconds=10)
logger = logging.getLogger("touchstone.maintenance")


@bp.timer_trigger(schedule="0 */5 * * * *", arg_name="timer")
async def sweep_challenges(timer: func.TimerRequest) -> None:
    """Remove expired challenges."""
    removed = await wiring.service().sweeping.remove_challenges(within=_SWEEPING)
    logger.info("removed %d expired challenges", removed)


@bp.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def seal_audit_log(timer: func.TimerRequest) -> None:
    """Seal the waiting events into the audit log. Begin no new batch after 30 seconds. Then
    index the log for ten seconds more."""
    service, clock = wiring.service(), wiring.CLOCK
    await service.configuration_watch.detect_changes()
    until = clock() + _SEALING
    sealed = await service.sealing.seal(until=until, outside=wiring.outside())
    logger.info("sealed %d events", sealed)
    await service.indexing.go_on(until=clock() + _INDEXING)


@bp.timer_trigger(schedule="30 * * * * *", arg_name="timer")
async def ship_audit_log(timer: func.TimerRequest) -> None:
    """Ship the sealed entries to their destinations. Begin nothing new after 30 seconds. Then go
    on with the erasures that are due, even if shipping failed."""
    service, clock = wiring.service(), wiring.CLOCK
    try:
        shipped = await wiring.shipping().ship(until=clock() + _SHIPPING)
        logger.info("shipped %d entries", shipped)
    finally:
        if erased := await service.erasure_run.carry_out(until=clock() + _ERASING):
            logger.info("erased %d people from the log", erased)


@bp.timer_trigger(schedule="0 3/10 * * * *", arg_name="timer")
async def sweep_sessions(timer: func.TimerRequest) -> None:
    """Remove sessions that ended on an earlier day, and tombstones of the audit log."""
    removed = await wiring.service().sweeping.remove_sessions(within=_SWEEPING)
    logger.info("removed %d ended sessions", removed)


@bp.timer_trigger(schedule="30 6/10 * * * *", arg_name="timer")
async def sweep_leftovers(timer: func.TimerRequest) -> None:
    """Remove leftovers of crashes, and accounts that nobody used. Each run checks a part."""
    removed = await wiring.service().sweeping.remove_leftovers(within=_SWEEPING)
    logger.info(
        "removed %d reservations and %d sessions without a credential, %d accounts without a user",
        removed.reservations,
        removed.sessions,
        removed.accounts,
    )


@bp.timer_trigger(schedule="0 8/10 * * * *", arg_name="timer")
async def sweep_rate_limits(timer: func.TimerRequest) -> None:
    """Remove counters whose window is over."""
    removed = await wiring.service().sweeping.remove_counters(within=_SWEEPING)
    logger.info("removed %d expired counters", removed)
