"""Clients whose ID is the address of a document about them (Client ID Metadata Documents, draft-
ietf-oauth-client-id-metadata-document). Nobody registers them, so whatever the document says is the
word of a stranger.
"""
