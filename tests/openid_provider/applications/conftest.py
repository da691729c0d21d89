from tests.openid_provider.code_flow.conftest import provider, signed_in

__all__ = ["provider", "signed_in"]
