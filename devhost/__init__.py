"""A local Azure Functions host: aiohttp in front of Microsoft's own worker library.

It serves function_app.py as the real host would, without Core Tools. It is a developer's tool
and is never deployed. Not reproduced: functionTimeout, the concurrency limits of host.json,
and bindings other than HTTP and timer.

Modules, from the outside in:
    cli, settings, core_tools   what to run, with which settings, and in which host
    agreement                   settings that contradict each other or the port
    azurite, process            the local table storage; child processes, which end with the host
    server, admin, timers       what starts functions: requests, the admin API, schedules
    routing, templates, ...     which function a request belongs to
    messages, cookies           an HTTP message to the worker's types and back
    activity                    the trace that an invocation belongs to
    worker                      the calls to Microsoft's library
    event_loops                 the event loop, as in Azure
"""
