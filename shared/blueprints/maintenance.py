"""Timers that keep storage tidy."""

import logging

import azure.functions as func

from shared import wiring

bp = func.Blueprint()
logger = logging.getLogger("touchstone.maintenance")


@bp.timer_trigger(schedule="0 */5 * * * *", arg_name="timer")
async def sweep_challenges(timer: func.TimerRequest) -> None:
    """Remove expired challenges, a bounded number each time; the next run takes the rest."""
    resources = wiring.resources()
    removed = await resources.challenges.sweep(now=resources.now_seconds())
    logger.info("removed %d expired challenges", removed)
