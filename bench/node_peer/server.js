// The relying party that one would otherwise write on Node: fastify, SimpleWebAuthn, the Azure SDK
// and jose, each used as its documentation shows. Same API, same steps, same storage as ours.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { TableClient, odata } from "@azure/data-tables";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import Fastify from "fastify";
import { SignJWT, importPKCS8 } from "jose";

const { RP_ID, RP_ORIGINS: ORIGIN, SIGNING_KEY_FILE, TABLES_CONNECTION_STRING } = process.env;
const CEREMONY_MILLISECONDS = 300_000;
const ROW = "1";

const [challenges, credentials, users] = ["PeerChallenges", "PeerCredentials", "PeerUsers"].map(
  (name) =>
    TableClient.fromConnectionString(TABLES_CONNECTION_STRING, name, {
      allowInsecureConnection: true,
    }),
);
await Promise.all([challenges, credentials, users].map((table) => table.createTable()));
const signingKey = await importPKCS8(await readFile(SIGNING_KEY_FILE, "utf8"), "RS256");

const refuse = (message, statusCode = 400) => Object.assign(new Error(message), { statusCode });

async function listCredentials(username) {
  const filter = odata`PartitionKey eq ${username}`;
  const found = [];
  for await (const row of users.listEntities({ queryOptions: { filter } })) {
    found.push({ id: row.rowKey });
  }
  return found;
}

const rememberChallenge = (challenge, kind, username = "") =>
  challenges.createEntity({
    partitionKey: challenge,
    rowKey: ROW,
    kind,
    username,
    expires: Date.now() + CEREMONY_MILLISECONDS,
  });

// Whoever deletes the row has the challenge, and nobody else.
async function takeChallenge(credential, kind) {
  const clientData = Buffer.from(credential.response.clientDataJSON, "base64url").toString();
  const { challenge } = JSON.parse(clientData);
  try {
    const row = await challenges.getEntity(challenge, ROW);
    await challenges.deleteEntity(challenge, ROW, { etag: row.etag });
    if (row.kind === kind && row.expires > Date.now()) return { challenge, ...row };
  } catch (error) {
    if (![404, 412].includes(error.statusCode)) throw error;
  }
  throw refuse("this ceremony is not open", 404);
}

const expectations = (challenge) => ({
  expectedChallenge: challenge,
  expectedOrigin: ORIGIN,
  expectedRPID: RP_ID,
  requireUserVerification: true,
});

const app = Fastify();

app.post("/register/begin", async ({ body: { username } }) => {
  const publicKey = await generateRegistrationOptions({
    rpID: RP_ID,
    rpName: "Peer",
    userName: username,
    userID: createHash("sha256").update(username).digest(),
    excludeCredentials: await listCredentials(username),
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
  });
  await rememberChallenge(publicKey.challenge, "registration", username);
  return { publicKey };
});

app.post("/register/finish", async ({ body: { credential: response } }, reply) => {
  const { challenge, username } = await takeChallenge(response, "registration");
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    ...expectations(challenge),
  });
  if (!verified) throw refuse("the new credential was not accepted", 422);
  const { id, publicKey, counter, transports } = registrationInfo.credential;
  await credentials.createEntity({
    partitionKey: id,
    rowKey: ROW,
    username,
    publicKey,
    counter,
    transports: transports.join(","),
  });
  await users.createEntity({ partitionKey: username, rowKey: id });
  reply.code(201);
  return { id };
});

app.post("/authenticate/begin", async ({ body: { username } }) => {
  const publicKey = await generateAuthenticationOptions({
    rpID: RP_ID,
    allowCredentials: username && (await listCredentials(username)),
    userVerification: "required",
  });
  await rememberChallenge(publicKey.challenge, "authentication", username);
  return { publicKey };
});

app.post("/authenticate/finish", async ({ body: { credential: response } }) => {
  const { challenge, username } = await takeChallenge(response, "authentication");
  const stored = await credentials.getEntity(response.id, ROW);
  if (username && username !== stored.username) throw refuse("the credential is another's", 403);
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    ...expectations(challenge),
    credential: { id: stored.partitionKey, publicKey: stored.publicKey, counter: stored.counter },
  });
  if (!verified) throw refuse("the sign-in was not accepted", 403);
  await credentials.updateEntity(
    { partitionKey: stored.partitionKey, rowKey: ROW, counter: authenticationInfo.newCounter },
    "Merge",
    { etag: stored.etag },
  );
  return { access_token: await issueToken(stored.username), token_type: "Bearer" };
});

const issueToken = (subject) =>
  new SignJWT({ amr: ["pop", "user", "mfa"] })
    .setProtectedHeader({ alg: "RS256", typ: "at+jwt" })
    .setIssuer(ORIGIN)
    .setAudience(ORIGIN)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(signingKey);

// Our parent holds the other end of stdin, and the kernel closes it however the parent ends.
process.stdin.on("end", () => process.exit()).resume();
console.log("ready on", await app.listen({ port: 0, host: "127.0.0.1" }));
