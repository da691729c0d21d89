"""Rate limits: which there are, whom they count, and how a client is told.

Everything here but `limiter` is pure. The counters themselves are rows in Azure Tables, shared by
all instances: `shared.storage.limits`.
"""
