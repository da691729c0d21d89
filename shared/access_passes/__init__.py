"""Access passes: a short-lived secret that proves who a person is until they have a passkey. Pure.

The limits and names are those of Microsoft Entra's Temporary Access Pass, so that a help desk
recognises them.
"""
