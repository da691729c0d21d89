from tests.identity_providers.conftest import clock, https, key_cache, okta_server, tls

__all__ = ["clock", "https", "key_cache", "okta_server", "tls"]
