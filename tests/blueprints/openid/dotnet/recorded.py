"""What libraries of .NET were seen to send, written anew.

Names and shapes of parameters are theirs, and values that a client invents are of the length that
theirs had.
"""

from hashlib import sha256

from shared import base64url
from shared.openid.client_authentication.credentials import JWT_BEARER

VERSIONS = {
    "ASP.NET Core OpenIdConnect and JwtBearer": "10.0.12",
    "Microsoft.Identity.Web": "4.18",
    "Duende.IdentityModel, OidcClient": "8.1, 7.1.1",
    "OpenIddict.Client": "7.8",
    "MSAL, Azure.Identity": "4.92, 1.21",
    "Microsoft.Data.SqlClient": "7.1.1",
    "Npgsql": "10.0.3",
}
SECRET = "s3cret:&%+/"
WEB, OPENIDDICT = (
    "https://app.example.test:7001/signin-oidc",
    "https://app.example.test:7003/callback",
)
NONCE = "639315825433917840." + "N" * 96
"""With a dot in it."""
STATE, OPENIDDICT_STATE = "CfDJ8" + "s" * 385, "eyJhbGciOiJSU0EtT0FFUCJ9." + "s" * 3_065
"""OpenIddict's is an encrypted token."""
VERIFIER, LONG_VERIFIER = "v" * 43, "v" * 128
SKU = {"x-client-SKU": "ID_NET10_0", "x-client-ver": "8.19.2.0"}
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def pkce(verifier: str = VERIFIER) -> dict[str, str]:
    challenge = base64url.encode(sha256(verifier.encode()).digest())
    return {"code_challenge": challenge, "code_challenge_method": "S256"}


ASPNET_DEFAULT = {
    "client_id": "web",
    "redirect_uri": WEB,
    "response_type": "id_token",
    "scope": "openid profile",
    "response_mode": "form_post",
    "nonce": NONCE,
    "state": STATE,
}
ASPNET_CODE = ASPNET_DEFAULT | {"response_type": "code", **pkce()}
ASPNET_STEP_UP = ASPNET_CODE | {
    "scope": "openid profile offline_access",
    "prompt": "login",
    "max_age": "300",
    "acr_values": "phr",
}
IDENTITY_WEB = ASPNET_CODE | {"x-client-brkrver": "IDWeb.4.18.0.0"}
ASPNET_TOKEN = {
    "client_id": "web",
    "grant_type": "authorization_code",
    "redirect_uri": WEB,
    "code_verifier": VERIFIER,
}
IN_BODY = {"client_secret": SECRET}

DUENDE = {
    "response_type": "code",
    "state": "8GN8ahhDiHSQr633FByzkw",
    **pkce(),
    "client_id": "cli",
    "scope": "openid profile offline_access",
    "redirect_uri": "http://127.0.0.1:42487/",
}
DUENDE_TOKEN = {
    "grant_type": "authorization_code",
    "redirect_uri": "http://127.0.0.1:42487/",
    "code_verifier": VERIFIER,
    "client_id": "cli",
}

OPENIDDICT_CODE = {
    "client_id": "oi",
    "redirect_uri": OPENIDDICT,
    "response_type": "code",
    "response_mode": "query",
    "scope": "openid profile offline_access",
    "nonce": "C5EZQTf1WJwsYY-thRlMDWVS9vdRZ_4CjyRLwC4vtsk",
    **pkce(),
    "state": OPENIDDICT_STATE,
    "acr_values": "phr",
}
OPENIDDICT_TOKEN = {
    "grant_type": "authorization_code",
    "code_verifier": VERIFIER,
    "redirect_uri": OPENIDDICT,
    "client_id": "oi",
}

DUENDE_EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
}
"""With HTTP Basic, with an empty secret for a public client."""
OPENIDDICT_EXCHANGE = DUENDE_EXCHANGE | {"client_id": "oi"}

MSAL_SCOPE = "api://touchstone/read offline_access openid profile"
MSAL = {
    "scope": "api://touchstone/read openid profile offline_access",
    "response_type": "code",
    "client_id": "msal",
    "redirect_uri": "http://localhost:33715",
    "client-request-id": "f8a0a7c4-ac12-43bb-9520-000000000000",
    "x-client-sku": "MSAL.NetCore",
    "prompt": "select_account",
    **pkce(LONG_VERIFIER),
    "state": "e67c909a-d45b-4342-b4f0-000000000000" * 2,
    "client_info": "1",
    "haschrome": "1",
    "response_mode": "form_post",
}
MSAL_TOKEN = {
    "client_id": "msal",
    "scope": MSAL_SCOPE,
    "client_info": "1",
    "grant_type": "authorization_code",
    "redirect_uri": "http://localhost:33715",
    "code_verifier": LONG_VERIFIER,
}
MSAL_KEEPS_NONE_OF = 300
"""Seconds: it asked anew for each call with tokens of that life, and kept those of 310."""
SQL_WANTS = 600
"""Seconds: SqlClient asks without an end for a token that is nearly over, and one of 300 is, if its
clock is five minutes fast."""
MSAL_REFRESH = {
    "client_id": "msal",
    "scope": MSAL_SCOPE,
    "client_info": "1",
    "grant_type": "refresh_token",
}
ASSERTION_TYPE = {"client_assertion_type": JWT_BEARER}
