/** A receipt as it was read. Nothing in it is trusted yet. */

import { fromBase64url, readText, utf8 } from "./bytes.js";
import { isObject, member, readObject } from "./strict_json.js";

const VERSION = 1;
export const MOST_BYTES = 4_000_000;

/** @typedef {{attestationObject: Uint8Array, clientDataJSON: Uint8Array}} Registration
 * @typedef {{role: string, user: string, username: string, at: string, event: string,
 *   nonce: Uint8Array, credentialId: Uint8Array, publicKey: Uint8Array, clientDataJSON: Uint8Array,
 *   clientData: object, authenticatorData: Uint8Array, signature: Uint8Array,
 *   registration: Registration | null}} Gesture
 * @typedef {{salt: Uint8Array, content: string}} Part
 * @typedef {{index: number, leaf: string, evidence: Part | null, proof: Uint8Array[]}} Entry
 * @typedef {{note: string, entries: Entry[]}} Sealed
 * @typedef {{statement: string, members: object, approval: string, asker: string, askerName: string,
 *   status: string, gestures: Gesture[], use: string | null, sealed: Sealed | null}} Receipt */

/** It is no receipt. */
export class NoReceipt extends Error {
  name = "NoReceipt";
}

/** @param {Uint8Array} bytes of a file @returns {Receipt} Throws NoReceipt. */
export function readReceipt(bytes) {
  try {
    if (bytes.length > MOST_BYTES) throw new SyntaxError("too large");
    return read(readObject(readText(bytes), { whole: true }));
  } catch (error) {
    throw new NoReceipt("", { cause: error });
  }
}

/** @param {object} file @returns {Receipt} */
function read(file) {
  const statement = text(file, "statement");
  const members = readObject(statement);
  const asker = member(members, "asker");
  if (member(file, "version") !== VERSION || member(members, "version") !== VERSION) fail();
  const use = member(file, "use") ?? null;
  const checkpoint = given(file, "checkpoint");
  return {
    statement,
    members,
    approval: filled(members, "approval"),
    asker: filled(asker, "id"),
    askerName: filled(asker, "username"),
    status: text(file, "status"),
    gestures: list(file, "gestures").map(gesture),
    use: use === null ? null : text(use, "event"),
    sealed: checkpoint === null ? null : sealed(checkpoint),
  };
}

/** @param {unknown} members @returns {Gesture} */
function gesture(members) {
  const clientDataJSON = bytes(members, "clientDataJSON");
  const user = member(members, "user");
  const registration = given(members, "registration");
  return {
    role: text(members, "role"),
    user: text(user, "id"),
    username: text(user, "username"),
    at: text(members, "at"),
    event: text(members, "event"),
    nonce: bytes(members, "nonce"),
    credentialId: bytes(members, "credentialId"),
    publicKey: bytes(members, "publicKey"),
    clientDataJSON,
    clientData: readObject(readText(clientDataJSON)),
    authenticatorData: bytes(members, "authenticatorData"),
    signature: bytes(members, "signature"),
    registration: registration === null ? null : {
      attestationObject: bytes(registration, "attestationObject"),
      clientDataJSON: bytes(registration, "clientDataJSON"),
    },
  };
}

/** @param {unknown} members @returns {Sealed} */
function sealed(members) {
  return { note: text(members, "note"), entries: list(members, "entries").map(entry) };
}

/** @param {unknown} members @returns {Entry} */
function entry(members) {
  const index = member(members, "index");
  if (typeof index !== "number" || index < 0) fail();
  part(members, "personal");
  return {
    index: /** @type {number} */ (index),
    leaf: text(members, "leaf"),
    evidence: part(members, "evidence"),
    proof: list(members, "proof").map(fromBase64url),
  };
}

/** @param {unknown} members @param {string} name @returns {Part | null} */
function part(members, name) {
  const found = member(members, name) ?? null;
  return found === null ? null : { salt: bytes(found, "salt"), content: text(found, "content") };
}

/** @param {unknown} members @param {string} name @returns {string} */
function text(members, name) {
  const found = member(members, name);
  return typeof found === "string" ? found : fail();
}

/** @param {unknown} members @param {string} name */
const filled = (members, name) => text(members, name) || fail();

/** @param {unknown} members @param {string} name */
const bytes = (members, name) => fromBase64url(member(members, name));

/** @param {unknown} members @param {string} name @returns {unknown[]} */
function list(members, name) {
  const found = member(members, name);
  return Array.isArray(found) ? found : fail();
}

/** An object, or null. @param {unknown} members @param {string} name */
function given(members, name) {
  const found = member(members, name);
  return found === null || isObject(found) ? found : fail();
}

/** @returns {never} */
function fail() {
  throw new TypeError("not a receipt");
}

/** @param {Receipt} receipt */
export const statementBytes = ({ statement }) => utf8.encode(statement);
