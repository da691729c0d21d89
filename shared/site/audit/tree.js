/** The Merkle tree of RFC 6962, verified here without trust in the server. */

const utf8 = new TextEncoder();

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

/** @param {string} leaf exactly the text that was hashed */
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
 * RFC 9162 section 2.1.4.2: whether the newer tree extends the older one.
 * @param {{size: number, root: Uint8Array}} older
 * @param {{size: number, root: Uint8Array}} newer
 * @param {Uint8Array[]} proof
 */
export async function isConsistent(older, newer, proof) {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && same(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && same(older.root, await sha256());
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : [...proof];
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

/** Not with bits: JavaScript's have 32 places, and a log may outgrow them. @param {number} size */
const isPowerOfTwo = (size) => 2 ** Math.round(Math.log2(size)) === size;

/** @param {number} at @param {number} last */
const halved = (at, last) => [Math.floor(at / 2), Math.floor(last / 2)];
