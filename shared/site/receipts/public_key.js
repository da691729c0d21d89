/** Keys of passkeys (COSE_Key), and the signatures of them that browsers check. */

import { CborMap, decodeCbor, describe } from "./cbor.js";
import { joined, toBase64url, withoutZeros } from "./bytes.js";

const [TYPE, ALGORITHM, FIRST, SECOND, THIRD] = [1, 3, -1, -2, -3];
const UNCOMPRESSED = Uint8Array.of(4);

/** @typedef {{curve: number, name: string, bytes: number, hash: string}} Curve
 * @type {Record<string, Curve>} by algorithm */
const CURVES = {
  "-7": { curve: 1, name: "P-256", bytes: 32, hash: "SHA-256" },
  "-9": { curve: 1, name: "P-256", bytes: 32, hash: "SHA-256" },
  "-35": { curve: 2, name: "P-384", bytes: 48, hash: "SHA-384" },
  "-51": { curve: 2, name: "P-384", bytes: 48, hash: "SHA-384" },
  "-36": { curve: 3, name: "P-521", bytes: 66, hash: "SHA-512" },
  "-52": { curve: 3, name: "P-521", bytes: 66, hash: "SHA-512" },
};
/** @type {Record<string, {hash: string, name: string, salt?: number}>} */
const RSA = {
  "-257": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  "-65535": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-1" },
  "-37": { name: "RSA-PSS", hash: "SHA-256", salt: 32 },
  "-38": { name: "RSA-PSS", hash: "SHA-384", salt: 48 },
  "-39": { name: "RSA-PSS", hash: "SHA-512", salt: 64 },
};
const ED25519 = ["-8", "-19"];
/** Ed448, secp256k1 and ML-DSA: the command checks them, and no browser. */
const OF_OTHERS = ["-53", "-47", "-48", "-49", "-50"];

/** @param {Uint8Array} bytes @returns {CborMap | null} null for what is no key */
export function readKey(bytes) {
  try {
    const key = decodeCbor(bytes);
    return key instanceof CborMap && hasAlgorithm(key) ? key : null;
  } catch {
    return null;
  }
}

/** @param {CborMap} key */
export function hasAlgorithm(key) {
  const algorithm = key.get(ALGORITHM);
  const isEmpty = typeof algorithm === "object" && "length" in algorithm && algorithm.length === 0;
  return Boolean(algorithm) && !isEmpty;
}

/** The same for one key, however it is written. @param {CborMap} key */
export function nameOf(key) {
  const parts = [TYPE, FIRST, SECOND, THIRD].map((label) => key.get(label));
  return parts.map((part) => describe(part instanceof Uint8Array ? withoutZeros(part) : part)).join("; ");
}

/** @param {CborMap} key @param {Uint8Array} message @param {Uint8Array} signature
 * @returns {Promise<boolean | null>} null if this browser cannot check it */
export async function hasSigned(key, message, signature) {
  const algorithm = String(key.get(ALGORITHM));
  if (OF_OTHERS.includes(algorithm)) return null;
  try {
    if (CURVES[algorithm]) return await hasSignedOnCurve(key, CURVES[algorithm], message, signature);
    if (RSA[algorithm]) return await hasSignedByRsa(key, algorithm, message, signature);
    return ED25519.includes(algorithm) && (await hasSignedByEd25519(key, message, signature));
  } catch (error) {
    // What the key has is read before, so a fault of it is no lack of the browser.
    return /** @type {Error} */ (error).name === "NotSupportedError" ? null : false;
  }
}

/** @param {CborMap} key @param {Curve} on @param {Uint8Array} message @param {Uint8Array} signature */
async function hasSignedOnCurve(key, { curve, name, bytes, hash }, message, signature) {
  if (key.get(FIRST) !== curve) return false;
  const point = joined(UNCOMPRESSED, padded(key.get(SECOND), bytes), padded(key.get(THIRD), bytes));
  const raw = rawSignature(signature, bytes);
  return verify("raw", point, { name: "ECDSA", namedCurve: name }, { name: "ECDSA", hash }, raw, message);
}

/** @param {CborMap} key @param {string} algorithm @param {Uint8Array} message @param {Uint8Array} signature */
async function hasSignedByRsa(key, algorithm, message, signature) {
  const { name, hash, salt } = RSA[algorithm];
  const jwk = { kty: "RSA", n: number(key.get(FIRST)), e: number(key.get(SECOND)) };
  return verify("jwk", jwk, { name, hash }, { name, saltLength: salt }, signature, message);
}

/** @param {CborMap} key @param {Uint8Array} message @param {Uint8Array} signature */
async function hasSignedByEd25519(key, message, signature) {
  const point = key.get(SECOND);
  if (key.get(FIRST) !== 6 || !(point instanceof Uint8Array) || point.length !== 32) return false;
  return verify("raw", point, { name: "Ed25519" }, { name: "Ed25519" }, signature, message);
}

/** @param {string} format @param {object} key @param {object} imported @param {object} checked
 * @param {Uint8Array} signature @param {Uint8Array} message @returns {Promise<boolean>} */
async function verify(format, key, imported, checked, signature, message) {
  const subtle = /** @type {any} */ (crypto.subtle);
  const read = await subtle.importKey(format, key, imported, false, ["verify"]);
  return subtle.verify(checked, read, signature, message);
}

/** @param {unknown} value */
function number(value) {
  if (!(value instanceof Uint8Array)) throw new SyntaxError("no number");
  return toBase64url(withoutZeros(value));
}

/** @param {unknown} value @param {number} length */
function padded(value, length) {
  if (!(value instanceof Uint8Array)) throw new SyntaxError("no number");
  const short = withoutZeros(value);
  if (short.length > length) throw new SyntaxError("too long");
  return joined(new Uint8Array(length - short.length), short);
}

/** From the DER that authenticators write to the two numbers that browsers take. It has one form.
 * @param {Uint8Array} der @param {number} length of each number */
function rawSignature(der, length) {
  const outer = readDer(der, 0x30);
  if (outer.end !== der.length) throw new SyntaxError("not a signature");
  const first = readDer(outer.content, 0x02);
  const second = readDer(outer.content.slice(first.end), 0x02);
  if (first.end + second.end !== outer.content.length) throw new SyntaxError("not a signature");
  return joined(positive(first.content, length), positive(second.content, length));
}

/** @param {Uint8Array} bytes @param {number} tag @returns {{content: Uint8Array, end: number}} */
function readDer(bytes, tag) {
  const isLong = bytes[1] === 0x81;
  const [at, length] = isLong ? [3, bytes[2]] : [2, bytes[1]];
  const isShortest = isLong ? length >= 0x80 : length < 0x80;
  if (bytes[0] !== tag || !isShortest || at + length > bytes.length) throw new SyntaxError("not DER");
  return { content: bytes.slice(at, at + length), end: at + length };
}

/** @param {Uint8Array} bytes of a DER integer @param {number} length */
function positive(bytes, length) {
  const isNegative = !bytes.length || bytes[0] >= 0x80;
  const hasSpareZero = bytes.length > 1 && bytes[0] === 0 && bytes[1] < 0x80;
  if (isNegative || hasSpareZero) throw new SyntaxError("not a number of a signature");
  return padded(bytes, length);
}
