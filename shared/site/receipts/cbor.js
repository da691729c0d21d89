/** CBOR as far as authenticators write it, read as the library of the command reads it. */

import { hex, readText } from "./bytes.js";

/** @typedef {number | bigint | boolean | string | Uint8Array | CborMap | CborList} Cbor
 * @typedef {Cbor[]} CborList */

export class CborMap {
  /** @type {Map<string, Cbor>} */
  #members = new Map();

  /** The last one of a name counts. @param {Cbor} name @param {Cbor} value */
  put(name, value) {
    this.#members.set(tagged(name), value);
  }

  /** @param {number | string} name */
  get(name) {
    return this.#members.get(tagged(name));
  }

  /** @returns {string} the same for the same content */
  describe() {
    return [...this.#members].map(([name, value]) => `${name}=${describe(value)}`).join();
  }
}

/** For the names of members: true is 1 there. @param {Cbor} name */
function tagged(name) {
  if (name instanceof CborMap || Array.isArray(name)) throw new SyntaxError("a name that is no name");
  return describe(typeof name === "boolean" ? Number(name) : name);
}

/** The same for the same value. @param {Cbor | undefined} value @returns {string} */
export function describe(value) {
  if (value instanceof Uint8Array) return `bytes ${hex(value)}`;
  if (value instanceof CborMap) return `{${value.describe()}}`;
  if (Array.isArray(value)) return `[${value.map(describe).join()}]`;
  return typeof value === "string" ? `text ${JSON.stringify(value)}` : `${value}`;
}

/** The one value of these bytes. @param {Uint8Array} data */
export function decodeCbor(data) {
  const reader = new CborReader(data);
  const value = reader.next();
  if (reader.rest.length) throw new SyntaxError("more than one value");
  return value;
}

export class CborReader {
  #at = 0;

  /** @param {Uint8Array} data */
  constructor(data) {
    this.data = data;
  }

  get rest() {
    return this.data.slice(this.#at);
  }

  /** @returns {Cbor} */
  next() {
    const first = this.#byte();
    const [type, more] = [first >> 5, first & 0b11111];
    if (type === 7) return more === 21;
    const number = this.#number(more);
    if (type === 0) return number;
    if (type === 1) return typeof number === "bigint" ? -1n - number : -1 - number;
    if (type === 2) return this.#take(number);
    if (type === 3) return readText(this.#take(number));
    if (type === 4) return this.#list(number);
    if (type === 5) return this.#map(number);
    throw new SyntaxError("a type that authenticators do not write");
  }

  #byte() {
    if (this.#at >= this.data.length) throw new SyntaxError("the end is missing");
    return this.data[this.#at++];
  }

  /** @param {number} more @returns {number | bigint} */
  #number(more) {
    if (more < 24) return more;
    if (more > 27) throw new SyntaxError("a length that authenticators do not write");
    let number = 0n;
    for (let left = 1 << (more - 24); left; left -= 1) number = number * 256n + BigInt(this.#byte());
    return number <= Number.MAX_SAFE_INTEGER ? Number(number) : number;
  }

  /** As many as there are, if there are less. @param {number | bigint} length */
  #take(length) {
    const taken = this.data.slice(this.#at, this.#at + Number(length));
    this.#at += taken.length;
    return taken;
  }

  /** @param {number | bigint} length */
  #list(length) {
    /** @type {CborList} */
    const values = [];
    for (let left = Number(length); left; left -= 1) values.push(this.next());
    return values;
  }

  /** @param {number | bigint} length */
  #map(length) {
    const map = new CborMap();
    for (let left = Number(length); left; left -= 1) map.put(this.next(), this.next());
    return map;
  }
}
