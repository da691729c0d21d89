"""Approvals: one described action, confirmed by gestures whose challenges commit to it."""
