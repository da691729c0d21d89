"""Demands on gestures as JSON."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.access.profiles.profile import Demands


def read_demands(members: Mapping[str, Any]) -> Demands:
    """Of members that match the schema."""
    age = members.get("gestureAgeSeconds")
    return Demands(
        gesture_age=None if age is None else timedelta(seconds=int(age)),
        bound_gesture=members.get("boundGesture", False),
        user_verification=members.get("userVerification", False),
        device_bound=members.get("deviceBound", False),
        attested=members.get("attested", False),
        models=frozenset(model.lower() for model in members.get("models", ())),
    )


def write_demands(demands: Demands) -> dict[str, Any]:
    age = demands.gesture_age
    own = {} if age is None else {"gestureAgeSeconds": int(age.total_seconds())}
    return own | {
        "boundGesture": demands.bound_gesture,
        "userVerification": demands.user_verification,
        "deviceBound": demands.device_bound,
        "attested": demands.attested,
        "models": sorted(demands.models),
    }
