// A program without a browser, as its authors would write it. Reads {issuer, clientId, secret} as a
// line; prints the code for the person; prints what it got.

import * as client from "openid-client";
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { issuer, clientId, secret } = JSON.parse((await lines.next()).value);
const config = await client.discovery(
  new URL(issuer), clientId, undefined, client.ClientSecretBasic(secret),
  { execute: [client.allowInsecureRequests] }, // http, on localhost alone
);
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
const asked = await client.initiateDeviceAuthorization(config, { scope: "openid profile offline_access" });
console.log(JSON.stringify({ code: asked.user_code, uri: asked.verification_uri, interval: asked.interval }));
await lines.next(); // The person has approved.
// It is approved already, so there is nothing to wait for.
const soon = { ...asked, interval: 0.05 };
const tokens = await client.pollDeviceAuthorizationGrant(config, soon, undefined, { DPoP });
const claims = tokens.claims();
const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP });
const second = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
console.log(JSON.stringify({ type: tokens.token_type, claims, userInfo, refreshed: second.token_type }));
process.exit(0);
