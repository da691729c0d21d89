// A relying application as its authors would write it: discovery, a refresh, a local check of the
// access token, a revocation. Reads {issuer, clientId, audience, refreshToken}; prints what it saw.

import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";
import { json } from "node:stream/consumers";

const { issuer, clientId, audience, refreshToken } = await json(process.stdin);

const insecure = { execute: [client.allowInsecureRequests] }; // http, on localhost alone
const config = await client.discovery(
  new URL(issuer), clientId, undefined, client.None(), insecure,
);
const metadata = config.serverMetadata();
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));

const verify = (token, expected = {}) =>
  jwtVerify(token, keys, { issuer, audience, typ: "at+jwt", algorithms: ["RS256"], ...expected });
const code = (promise) => promise.then(() => null, (error) => error.error ?? error.code);

const first = await client.refreshTokenGrant(config, refreshToken);
const second = await client.refreshTokenGrant(config, first.refresh_token);
const { payload } = await verify(second.access_token);
const [head, , signature] = second.access_token.split(".");
const forged = { ...payload, roles: ["Authenticators.Admin"] };
const middle = Buffer.from(JSON.stringify(forged)).toString("base64url");

const refusals = {
  audience: await code(verify(second.access_token, { audience: "https://other.example" })),
  issuer: await code(verify(second.access_token, { issuer: "https://other.example" })),
  expired: await code(verify(second.access_token, { currentDate: new Date(payload.exp * 1000) })),
  forged: await code(verify(`${head}.${middle}.${signature}`)),
};
await client.tokenRevocation(config, second.refresh_token);
refusals.revoked = await code(client.refreshTokenGrant(config, second.refresh_token));

console.log(JSON.stringify({ metadata, payload, expiresIn: second.expiresIn(), refusals }));
