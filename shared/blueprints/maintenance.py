"""Timers that keep storage tidy."""

import logging
from datetime import timedelta

import azure.functions as func

from shared import wiring
from shared.relying_party.sweeping import Store, learn_the_time, sweep

bp = func.Blueprint()
_SEALING = _SHIPPING = _SWEEPING = timedelta(seconds=30)
_ERASING = _INDEXING = timedelta(seconds=10)
logger = logging.getLogger("touchstone.maintenance")


@bp.timer_trigger(schedule="0 */5 * * * *", arg_name="timer")
async def sweep_challenges(timer: func.TimerRequest) -> None:
    """Remove expired challenges."""
    removed = await _sweep(wiring.service().parts.stores.challenges)
    logger.info("removed %d expired challenges", removed)


@bp.timer_trigger(schedule="0 * * * * *", arg_name="timer")
async def seal_audit_log(timer: func.TimerRequest) -> None:
    """Seal what waits for the audit log, beginning nothing new in the second half of the minute,
    and index it for ten seconds more."""
    service = wiring.service()
    await service.configuration_watch.detect_changes()
    until = service.parts.clock() + _SEALING
    sealed = await service.sealing.seal(until=until, outside=wiring.outside())
    logger.info("sealed %d events", sealed)
    await service.indexing.go_on(until=service.parts.clock() + _INDEXING)


@bp.timer_trigger(schedule="30 * * * * *", arg_name="timer")
async def ship_audit_log(timer: func.TimerRequest) -> None:
    """Ship what is sealed to where it is to go, beginning nothing new after half a minute. Then go
    on with erasures that are due, which what cannot be shipped does not hold up."""
    service, clock = wiring.service(), wiring.service().parts.clock
    try:
        shipped = await wiring.shipping().ship(until=clock() + _SHIPPING)
        logger.info("shipped %d entries", shipped)
    finally:
        if erased := await service.erasure_run.carry_out(until=clock() + _ERASING):
            logger.info("erased %d people from the log", erased)


@bp.timer_trigger(schedule="0 3/10 * * * *", arg_name="timer")
async def sweep_sessions(timer: func.TimerRequest) -> None:
    """Remove sessions that ended on an earlier day, and tombstones of the audit trail."""
    stores = wiring.service().parts.stores
    removed = await _sweep(stores.sessions)
    logger.info("removed %d sessions that are over", removed)
    await _sweep(stores.outbox.tombstones)


@bp.timer_trigger(schedule="30 6/10 * * * *", arg_name="timer")
async def sweep_leftovers(timer: func.TimerRequest) -> None:
    """Remove what crashes left, and accounts that nobody came for: of each a stretch."""
    service = wiring.service()
    reservations = await _sweep(service.parts.stores.strays)
    sessions = await _sweep(service.stray_sessions)
    accounts = await _sweep(service.unused_accounts)
    logger.info(
        "removed %d reservations and %d sessions without a credential, %d accounts without a user",
        reservations,
        sessions,
        accounts,
    )


@bp.timer_trigger(schedule="0 8/10 * * * *", arg_name="timer")
async def sweep_rate_limits(timer: func.TimerRequest) -> None:
    """Remove counters whose window is over."""
    removed = await _sweep(wiring.service().parts.stores.counters)
    logger.info("removed %d counters that are over", removed)


async def _sweep(store: Store) -> int:
    """Beginning nothing new after half a minute, and nothing while the time is in doubt."""
    clock = wiring.CLOCK
    ask = wiring.service().parts.stores.service_key.find
    if not await learn_the_time(ask, is_certain=lambda: clock.certain):
        logger.warning("nothing is removed, as it is not certain what time it is")
    return await sweep(
        store, clock=clock, until=clock() + _SWEEPING, is_certain=lambda: clock.certain
    )
