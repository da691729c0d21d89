"""An application that uses what openapi-generator makes for Python.

It asks the test, in lines of JSON, for what an authenticator and a client's key do.
"""

import json
import sys
from typing import Any

from touchstone_client import (
    AccountApi,
    ApiClient,
    ApiException,
    AuthenticateBegin,
    AuthenticateFinish,
    AuthenticationApi,
    AuthenticationResponse,
    Configuration,
    GrantType,
    RegisterBegin,
    RegisterFinish,
    RegistrationApi,
    RegistrationResponse,
    ServiceApi,
    SessionsApi,
    TokenScope,
)


def ask(**question: object) -> Any:  # noqa: ANN401  from JSON
    print(json.dumps(question), flush=True)
    return json.loads(sys.stdin.readline())


def main(url: str, username: str) -> dict[str, object]:
    configuration = Configuration(host=url)
    client = ApiClient(configuration)
    registration, authentication = RegistrationApi(client), AuthenticationApi(client)
    sessions = SessionsApi(client)

    begun = registration.register_begin(RegisterBegin(username=username))
    created = RegistrationResponse.from_dict(ask(create=json.loads(begun.public_key.to_json())))
    credential = registration.register_finish(RegisterFinish(credential=created, name="Blue key"))

    def sign_in(*, scope: TokenScope | None = None, proof: str | None = None) -> Any:  # noqa: ANN401
        options = authentication.authenticate_begin(AuthenticateBegin(username=username))
        got = AuthenticationResponse.from_dict(ask(get=json.loads(options.public_key.to_json())))
        finish = AuthenticateFinish(credential=got, scope=scope)
        return authentication.authenticate_finish(finish, dpo_p=proof)

    def refresh(refresh_token: str) -> Any:  # noqa: ANN401
        return sessions.token(grant_type=GrantType.REFRESH_TOKEN, refresh_token=refresh_token)

    signed_in = sign_in()
    refreshed = refresh(signed_in.refresh_token)
    sessions.revoke(token=refreshed.refresh_token)
    try:
        refresh(refreshed.refresh_token)
        revoked = None
    except ApiException as error:
        revoked = error.data.error

    try:
        registration.register_begin(RegisterBegin(username="\0"))
        problem = None
    except ApiException as error:
        problem = error.data.type

    proof = ask(prove={"method": "POST", "path": "/authenticate/finish"})
    bound = sign_in(scope=TokenScope.ACCOUNT, proof=proof)
    configuration.api_key["boundToken"] = bound.access_token
    configuration.api_key_prefix["boundToken"] = "DPoP"

    def prove(method: str, path: str) -> None:
        given = {"method": method, "path": path, "token": bound.access_token}
        configuration.api_key["dpopProof"] = ask(prove=given)

    prove("GET", "/me")
    me = AccountApi(client).me()
    prove("POST", "/introspect")
    introspection = sessions.introspect(token=bound.access_token)

    return {
        "name": credential.name,
        "user": signed_in.user.id,
        "accessToken": refreshed.access_token,
        "tokenTypes": [each.token_type.value for each in (signed_in, refreshed, bound)],
        "revoked": revoked,
        "me": me.user.id,
        "active": introspection.active,
        "expiresAt": introspection.exp,
        "problem": problem,
        "health": ServiceApi(client).health().status.value,
    }


print(json.dumps({"done": main(*sys.argv[1:])}), flush=True)
