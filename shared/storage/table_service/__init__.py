"""The Table service over HTTP, for the calls of ceremonies: its requests, its answers, the way.

The SDK needs several times as much of a processor for the same calls. What is rare goes through it.
"""
