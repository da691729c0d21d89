/** What is checked of each gesture: that it was made for exactly this statement. */

import { fromBase64url, joined, toBase64url, utf8 } from "./bytes.js";
import { CborMap, CborReader, decodeCbor } from "./cbor.js";
import { hasAlgorithm, hasSigned, nameOf, readKey } from "./public_key.js";
import { statementBytes } from "./receipt.js";
import { member } from "./strict_json.js";
import { same, sha256 } from "../audit/tree.js";

/** @typedef {import("./receipt.js").Receipt} Receipt
 * @typedef {import("./receipt.js").Gesture} Gesture
 * @typedef {import("./checking.js").Expected} Expected
 * @typedef {import("./checking.js").State} State
 * @typedef {[string, boolean | State]} Named a check and its result */

const [FLAGS_AT, FIXED_BYTES, AAGUID_BYTES] = [32, 37, 16];
const [PRESENCE, VERIFICATION, ATTESTED, EXTENSIONS] = [0x01, 0x04, 0x40, 0x80];
const ROLES = ["ask", "approve"];

/** @param {Receipt} receipt @param {Gesture} gesture @param {Expected} expected @returns {Promise<Named[]>} */
export async function checkGesture(receipt, gesture, expected) {
  return [
    ["type", member(gesture.clientData, "type") === "webauthn.get"],
    ["origin", expected.origins.includes(/** @type {string} */ (member(gesture.clientData, "origin")))],
    ["commitment", await commits(receipt, gesture)],
    ...(await checkData(gesture.authenticatorData, expected.rpId)),
    ["signature", await isSigned(gesture)],
    ["registration", gesture.registration === null ? "missing" : isRegistered(gesture)],
    ["role", (gesture.role === "ask") === (gesture.user === receipt.asker) && ROLES.includes(gesture.role)],
    .../** @type {Named[]} */ (gesture.user === receipt.asker ? [["name", gesture.username === receipt.askerName]] : []),
  ];
}

/** @param {Receipt} receipt @param {Gesture} gesture */
async function commits(receipt, gesture) {
  try {
    const challenge = fromBase64url(member(gesture.clientData, "challenge"));
    const expected = await commitment(receipt, gesture);
    return same(challenge.slice(0, expected.length), expected);
  } catch {
    return false;
  }
}

/** @param {Receipt} receipt @param {Gesture} gesture */
async function commitment(receipt, { nonce, role, user }) {
  const digest = toBase64url(await sha256(statementBytes(receipt)));
  const texts = [receipt.approval, role, user, digest].map((each) => utf8.encode(each));
  const purpose = await sha256(utf8.encode("approval\0"), ...texts.flatMap((each) => [lengthOf(each), each]));
  return sha256(utf8.encode("touchstone gesture\0"), nonce, purpose);
}

/** @param {Uint8Array} bytes in 4 bytes */
function lengthOf({ length }) {
  const written = new Uint8Array(4);
  new DataView(written.buffer).setUint32(0, length);
  return written;
}

/** @param {Uint8Array} data @param {string} rpId @returns {Promise<Named[]>} */
async function checkData(data, rpId) {
  const isHere = data.length >= FIXED_BYTES && same(data.slice(0, FLAGS_AT), await sha256(utf8.encode(rpId)));
  if (!isHere) return [["rp-id", false]];
  const flags = data[FLAGS_AT];
  return [
    ["rp-id", true],
    ["presence", Boolean(flags & PRESENCE)],
    ["verification", Boolean(flags & VERIFICATION)],
  ];
}

/** @param {Gesture} gesture @returns {Promise<boolean | State>} */
async function isSigned({ publicKey, authenticatorData, clientDataJSON, signature }) {
  const key = readKey(publicKey);
  if (!key) return false;
  const message = joined(authenticatorData, await sha256(clientDataJSON));
  return (await hasSigned(key, message, signature)) ?? "unchecked";
}

/** @param {Gesture} gesture */
function isRegistered({ registration, publicKey, credentialId }) {
  try {
    const attested = readAttested(/** @type {any} */ (registration).attestationObject);
    const key = readKey(publicKey);
    return key !== null && nameOf(key) === nameOf(attested.key) && same(attested.credentialId, credentialId);
  } catch {
    return false;
  }
}

/** Throws if the object attests no credential. @param {Uint8Array} bytes */
function readAttested(bytes) {
  const object = decodeCbor(bytes);
  if (!(object instanceof CborMap) || ["fmt", "attStmt"].some((name) => object.get(name) === undefined)) throw new SyntaxError("no attestation");
  const data = object.get("authData");
  if (!(data instanceof Uint8Array) || !(data[FLAGS_AT] & ATTESTED)) throw new SyntaxError("no credential");
  const begins = FIXED_BYTES + AAGUID_BYTES + 2;
  const ends = begins + new DataView(data.buffer, begins - 2).getUint16(0);
  const reader = new CborReader(data.slice(ends));
  const key = reader.next();
  if (data[FLAGS_AT] & EXTENSIONS) reader.next();
  if (ends > data.length || reader.rest.length || !(key instanceof CborMap) || !hasAlgorithm(key)) throw new SyntaxError("no credential");
  return { credentialId: data.slice(begins, ends), key };
}

/** The name of the key, or an empty text if it is none. @param {Gesture} gesture */
export function keyNameOf({ publicKey }) {
  const key = readKey(publicKey);
  return key ? nameOf(key) : "";
}
