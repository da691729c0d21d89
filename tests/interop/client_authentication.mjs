// How openid-client proves itself, in each way that it has for our clients. Reads {issuer, clientId,
// secret, keys: {name: JWK}}; prints the header and the form of each.

import * as client from "openid-client";
import { importJWK } from "jose";
import { json } from "node:stream/consumers";

const { issuer, clientId, secret, keys } = await json(process.stdin);
const ways = {
  none: client.None(),
  post: client.ClientSecretPost(secret),
  basic: client.ClientSecretBasic(secret),
};
for (const [name, { alg, ...jwk }] of Object.entries(keys)) {
  ways[name] = client.PrivateKeyJwt({ key: await importJWK(jwk, alg), kid: jwk.kid });
}
const sent = {};
for (const [name, prove] of Object.entries(ways)) {
  const body = new URLSearchParams();
  const headers = new Headers();
  await prove({ issuer }, { client_id: clientId }, body, headers);
  sent[name] = { authorization: headers.get("authorization"), form: Object.fromEntries(body) };
}
console.log(JSON.stringify(sent));
