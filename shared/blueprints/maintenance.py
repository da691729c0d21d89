"""Timers that keep storage tidy."""

import logging
from datetime import timedelta

import azure.functions as func

from shared import wiring

bp = func.Blueprint()
_SEALING = _SHIPPING = timedelta(seconds=30)
logger = logging.getLogger("touchstone.maintenance")


@bp.timer_trigger(schedule="0 */5 * * * *", arg_name="timer")
async def sweep_challenges(timer: func.TimerRequest) -> None:
    """Remove expired challenges, a bounded number each time; the next run takes the rest."""
    resources = wiring.service().resources
    removed = await resources.challenges.sweep(now=resources.now_seconds())
    logger.info("removed %d expired challenges", removed)


@bp.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def seal_audit_log(timer: func.TimerRequest) -> None:
    """Seal what waits for the audit log, beginning nothing new in the second half of the minute."""
    service = wiring.service()
    await service.watching.look()
    sealed = await service.sealing.seal(until=service.resources.clock() + _SEALING)
    logger.info("sealed %d events", sealed)


@bp.timer_trigger(schedule="30 * * * * *", arg_name="timer")
async def ship_audit_log(timer: func.TimerRequest) -> None:
    """Ship what is sealed to where it is to go, beginning nothing new after half a minute."""
    shipping = wiring.shipping()
    shipped = await shipping.ship(until=wiring.service().resources.clock() + _SHIPPING)
    logger.info("shipped %d entries", shipped)


@bp.timer_trigger(schedule="0 30 * * * *", arg_name="timer")
async def sweep_sessions(timer: func.TimerRequest) -> None:
    """Remove sessions that ended on an earlier day, as many as one run may."""
    resources = wiring.service().resources
    removed = await resources.sessions.sweep(now=resources.now_seconds())
    logger.info("removed %d sessions that are over", removed)


@bp.timer_trigger(schedule="0 45 * * * *", arg_name="timer")
async def sweep_rate_limits(timer: func.TimerRequest) -> None:
    """Remove counters whose window is over, as many as one run may."""
    resources = wiring.service().resources
    removed = await resources.counters.sweep(now=resources.now_seconds())
    logger.info("removed %d counters that are over", removed)
