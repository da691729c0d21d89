"""Access passes: a short-lived secret that proves who a person is until they have a key. Pure.

The numbers and words are those of Microsoft Entra's Temporary Access Pass, so that a help desk
finds what it knows.
"""
