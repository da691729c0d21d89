/** The Merkle tree of RFC 6962 and C2SP's signed notes, checked here and believed from nobody. */

const utf8 = new TextEncoder();
const ED25519 = 1;

/** @param {...Uint8Array} parts @returns {Promise<Uint8Array>} */
export async function sha256(...parts) {
  const whole = new Uint8Array(await new Blob(/** @type {any} */ (parts)).arrayBuffer());
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** @param {string} text base64, of either alphabet, padded or not @returns {Uint8Array} */
export function decode(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** @param {string} leaf the very text that was hashed */
export const leafHash = (leaf) => sha256(Uint8Array.of(0), utf8.encode(leaf));

/** @param {Uint8Array} left @param {Uint8Array} right */
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** @param {{salt: string, content: string}} part @param {string} commitment base64url */
export async function isCommittedTo(part, commitment) {
  return same(await sha256(decode(part.salt), utf8.encode(part.content)), decode(commitment));
}

/**
 * RFC 9162 section 2.1.3.2.
 * @param {Uint8Array} leaf its hash
 * @param {{index: number, size: number, proof: Uint8Array[], root: Uint8Array}} claim
 */
export async function includes(leaf, { index, size, proof, root }) {
  if (!(index >= 0 && index < size)) return false;
  let node = leaf;
  let at = index;
  let last = size - 1;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      node = await nodeHash(sibling, node);
      while (at && at % 2 === 0) [at, last] = halved(at, last);
    } else {
      node = await nodeHash(node, sibling);
    }
    [at, last] = halved(at, last);
  }
  return last === 0 && same(node, root);
}

/**
 * RFC 9162 section 2.1.4.2: whether the newer tree goes on from the older one.
 * @param {{size: number, root: Uint8Array}} older
 * @param {{size: number, root: Uint8Array}} newer
 * @param {Uint8Array[]} proof
 */
export async function isConsistent(older, newer, proof) {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && same(older.root, newer.root);
  if (older.size === 0) return proof.length === 0;
  const isPower = (older.size & (older.size - 1)) === 0;
  const path = isPower ? [older.root, ...proof] : [...proof];
  const first = path.shift();
  if (!first) return false;
  let at = older.size - 1;
  let last = newer.size - 1;
  while (at % 2) [at, last] = halved(at, last);
  let old = first;
  let now = first;
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      old = await nodeHash(sibling, old);
      now = await nodeHash(sibling, now);
      while (at && at % 2 === 0) [at, last] = halved(at, last);
    } else {
      now = await nodeHash(now, sibling);
    }
    [at, last] = halved(at, last);
  }
  return last === 0 && same(old, older.root) && same(now, newer.root);
}

/** @param {number} at @param {number} last */
const halved = (at, last) => [Math.floor(at / 2), Math.floor(last / 2)];

/** @param {string} note @returns {{origin: string, size: number, root: Uint8Array, text: string,
 *   signatures: string[]}} */
export function readNote(note) {
  const end = note.lastIndexOf("\n\n") + 1;
  const [origin, size, root] = note.slice(0, end).split("\n");
  if (end === 0 || !/^\d+$/.test(size ?? "") || !root) throw new Error("not a checkpoint");
  const signatures = note.slice(end + 1).split("\n").filter((line) => line.startsWith("— "));
  return { origin, size: Number(size), root: decode(root), text: note.slice(0, end), signatures };
}

/**
 * @param {string} note
 * @param {string[]} keys as text: name+id+key
 * @returns {Promise<boolean | null>} null where the browser has no Ed25519
 */
export async function isSigned(note, keys) {
  const { origin, text, signatures } = readNote(note);
  for (const key of keys) {
    const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(key) ?? [];
    const data = encoded ? decode(encoded) : new Uint8Array();
    if (name !== origin || data[0] !== ED25519) continue;
    for (const line of signatures) {
      const [, signer, packed] = line.split(" ");
      const signature = decode(packed ?? "");
      const hex = [...signature.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
      if (signer !== name || hex.join("") !== id) continue;
      const good = await verifies(data.slice(1), signature.slice(4), utf8.encode(text));
      if (good !== false) return good;
    }
  }
  return false;
}

/** @param {Uint8Array} raw @param {Uint8Array} signature @param {Uint8Array} message */
async function verifies(raw, signature, message) {
  /** @type {any} */
  let key;
  try {
    key = await crypto.subtle.importKey("raw", /** @type {any} */ (raw), "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
  return crypto.subtle.verify("Ed25519", key, /** @type {any} */ (signature), /** @type {any} */ (message));
}
