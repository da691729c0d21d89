// An application as its authors would write it: a person signs in, by a pushed request, with tokens
// that are of use with this application's key alone. Reads {issuer, clientId, secret, redirectUri}
// as a line; prints the address for the browser; reads the address that the browser is sent back
// to; prints what it saw.

import * as client from "openid-client";
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const line = async () => (await lines.next()).value;
const code = (promise) => promise.then(() => null, (error) => error.error ?? error.code);

const { issuer, clientId, secret, redirectUri } = JSON.parse(await line());
const config = await client.discovery(
  new URL(issuer), clientId, undefined, client.ClientSecretBasic(secret),
  { execute: [client.allowInsecureRequests] }, // http, on localhost alone
);
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const asked = await client.buildAuthorizationUrlWithPAR(
  config,
  {
    redirect_uri: redirectUri,
    scope: "openid profile offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    max_age: "600",
    state,
    nonce,
  },
  { DPoP },
);
console.log(asked.href);

const back = new URL(await line());
const expected = {
  pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, maxAge: 600,
  idTokenExpected: true,
};
const first = await client.authorizationCodeGrant(config, back, expected, undefined, { DPoP });
const claims = first.claims();
const userInfo = await client.fetchUserInfo(config, first.access_token, claims.sub, { DPoP });
const known = await client.tokenIntrospection(config, first.access_token);
const second = await client.refreshTokenGrant(config, first.refresh_token, undefined, { DPoP });
const refusals = {
  withoutKey: await code(client.fetchUserInfo(config, second.access_token, claims.sub)),
};
await client.tokenRevocation(config, second.refresh_token);
refusals.revoked = await code(
  client.refreshTokenGrant(config, second.refresh_token, undefined, { DPoP }),
);
refusals.again = await code(
  client.authorizationCodeGrant(config, back, expected, undefined, { DPoP }),
);
const afterwards = await client.tokenIntrospection(config, first.access_token);
const logout = client.buildEndSessionUrl(config, {
  id_token_hint: first.id_token,
  post_logout_redirect_uri: "https://desk.example/signed-out",
  state: "left",
});
console.log(JSON.stringify(
  { type: first.token_type, claims, userInfo, known, afterwards, refusals, logout },
));
process.exit(0);
