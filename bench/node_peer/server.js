// The relying party that one would otherwise write on Node: fastify, SimpleWebAuthn, the Azure SDK
// and jose, each used as its documentation shows. Same API, same steps, same storage as ours.
// With STORAGE_CALLS=overlapping, storage calls that do not need each other's answers are made at
// the same time.
import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
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
const IS_OVERLAPPING = process.env.STORAGE_CALLS === "overlapping";
const CEREMONY_MILLISECONDS = 300_000;
const SESSION_MILLISECONDS = 86_400_000;
const ROW = "1";

const tables = ["PeerChallenges", "PeerCredentials", "PeerUsers", "PeerSessions"].map((name) =>
  TableClient.fromConnectionString(TABLES_CONNECTION_STRING, name, {
    allowInsecureConnection: true,
  }),
);
const [challenges, credentials, users, sessions] = tables;
await Promise.all(tables.map((table) => table.createTable()));
const signingKey = await importPKCS8(await readFile(SIGNING_KEY_FILE, "utf8"), "RS256");

const refuse = (message, statusCode = 400) => Object.assign(new Error(message), { statusCode });

// Wait for the call now, or begin it now and wait where its answer is needed. The promise is in an
// object because `await` would wait for it here.
async function start(call) {
  const answer = call();
  if (!IS_OVERLAPPING) await answer;
  answer.catch(() => {}); // whoever waits for the answer gets the error
  return { answer };
}

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

const isGone = (error) => [404, 412].includes(error.statusCode);
const refuseIfGone = (error) => {
  throw isGone(error) ? refuse("this ceremony is not open", 404) : error;
};

async function readChallenge(credential, kind) {
  const clientData = Buffer.from(credential.response.clientDataJSON, "base64url").toString();
  const { challenge } = JSON.parse(clientData);
  const row = await challenges.getEntity(challenge, ROW).catch(refuseIfGone);
  if (row.kind !== kind || row.expires <= Date.now()) throw refuse("this ceremony is over", 404);
  return { challenge, ...row };
}

// Whoever deletes the row has the challenge, and nobody else.
const spendChallenge = ({ challenge, etag }) =>
  challenges.deleteEntity(challenge, ROW, { etag }).catch(refuseIfGone);

const expectations = (challenge) => ({
  expectedChallenge: challenge,
  expectedOrigin: ORIGIN,
  expectedRPID: RP_ID,
  requireUserVerification: true,
});

const hash = (secret) => createHash("sha256").update(secret).digest("base64url");

async function openSession(username, credential) {
  const id = randomUUID();
  const secret = randomBytes(32).toString("base64url");
  await sessions.createEntity({
    partitionKey: id,
    rowKey: ROW,
    username,
    credential,
    secretHash: hash(secret),
    expires: Date.now() + SESSION_MILLISECONDS,
  });
  return answer(username, `${id}.${secret}`);
}

// A refresh token serves once; a spent one ends its session.
async function refreshSession(token) {
  const [id, presented = ""] = token.split(".");
  const { etag, ...session } = await sessions.getEntity(id, ROW);
  await credentials.getEntity(session.credential, ROW);
  const isCurrent = timingSafeEqual(Buffer.from(hash(presented)), Buffer.from(session.secretHash));
  if (!isCurrent || session.expires <= Date.now()) {
    await sessions.deleteEntity(id, ROW);
    throw refuse("the session is over");
  }
  const secret = randomBytes(32).toString("base64url");
  const row = { partitionKey: id, rowKey: ROW, secretHash: hash(secret) };
  await sessions.updateEntity(row, "Merge", { etag });
  return answer(session.username, `${id}.${secret}`);
}

const app = Fastify();

app.addContentTypeParser(
  "application/x-www-form-urlencoded",
  { parseAs: "string" },
  async (_request, body) => Object.fromEntries(new URLSearchParams(body)),
);

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
  const ceremony = await readChallenge(response, "registration");
  const spent = await start(() => spendChallenge(ceremony));
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    ...expectations(ceremony.challenge),
  });
  if (!verified) throw refuse("the new credential was not accepted", 422);
  await spent.answer; // before the credential exists
  const { id, publicKey, counter, transports } = registrationInfo.credential;
  const { username } = ceremony;
  const stored = await start(() =>
    credentials.createEntity({
      partitionKey: id,
      rowKey: ROW,
      username,
      publicKey,
      counter,
      transports: transports.join(","),
    }),
  );
  const listed = await start(() => users.createEntity({ partitionKey: username, rowKey: id }));
  await Promise.all([stored.answer, listed.answer]);
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
  const opened = await start(() => readChallenge(response, "authentication"));
  const found = await start(() => credentials.getEntity(response.id, ROW));
  const ceremony = await opened.answer;
  const spent = await start(() => spendChallenge(ceremony));
  const stored = await found.answer;
  const { partitionKey: id, username, etag } = stored;
  if (ceremony.username && ceremony.username !== username) {
    throw refuse("the credential is another's", 403);
  }
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    ...expectations(ceremony.challenge),
    credential: { id, publicKey: stored.publicKey, counter: stored.counter },
  });
  if (!verified) throw refuse("the sign-in was not accepted", 403);
  const row = { partitionKey: id, rowKey: ROW, counter: authenticationInfo.newCounter };
  const counted = await start(() => credentials.updateEntity(row, "Merge", { etag }));
  const session = await start(() => openSession(username, id));
  await Promise.all([spent.answer, counted.answer]);
  return session.answer;
});

app.post("/token", async ({ body: { grant_type: grant, refresh_token: token } }) => {
  if (grant !== "refresh_token" || !token) throw refuse("only refresh tokens are exchanged");
  return refreshSession(token);
});

const answer = async (username, refreshToken) => ({
  access_token: await issueToken(username),
  refresh_token: refreshToken,
  token_type: "Bearer",
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
