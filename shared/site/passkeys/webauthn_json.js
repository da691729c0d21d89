/**
 * WebAuthn's options and credentials as JSON (L3 section 5.1). The browser's own functions are
 * used if they exist. Older browsers lack them, and objects of some password managers only look
 * like credentials. Missing members are then read one by one.
 */

/** The maximum that the service accepts. */
const MOST_TRANSPORTS = 16;

/** A credential without a member that every server needs. */
export class UnreadableCredential extends Error {
  name = "UnreadableCredential";
}

/** @template T @param {() => T} read @returns {T | undefined} */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined; // Methods of the real classes refuse an object that the browser did not make.
  }
}

/** @param {string} base64url */
function decode(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Base64url of bytes of any realm, or of a string; undefined if it is neither.
 * @param {any} value */
function encode(value) {
  if (typeof value === "string") return url(value) || undefined;
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : attempt(() => new Uint8Array(value));
  return bytes?.length ? url(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))) : undefined;
}

/** @param {string} base64 */
const url = (base64) => base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** @param {any[] | undefined} descriptors */
const withBytes = (descriptors) => descriptors?.map((each) => ({ ...each, id: decode(each.id) }));

/** @param {any} json @returns {PublicKeyCredentialCreationOptions} */
export function creationOptions(json) {
  return attempt(() => PublicKeyCredential.parseCreationOptionsFromJSON(json)) ?? {
    ...json,
    challenge: decode(json.challenge),
    user: { ...json.user, id: decode(json.user.id) },
    ...(json.excludeCredentials && { excludeCredentials: withBytes(json.excludeCredentials) }),
  };
}

/** @param {any} json @returns {PublicKeyCredentialRequestOptions} */
export function requestOptions(json) {
  return attempt(() => PublicKeyCredential.parseRequestOptionsFromJSON(json)) ?? {
    ...json,
    challenge: decode(json.challenge),
    ...(json.allowCredentials && { allowCredentials: withBytes(json.allowCredentials) }),
  };
}

/** Throws UnreadableCredential. @param {any} credential */
export function registrationJSON(credential) {
  const { json, responses } = read(credential, ["clientDataJSON", "attestationObject"]);
  const transports =
    list(member(responses, "transports")) ?? list(attempt(() => credential.response.getTransports())) ?? [];
  return { ...json, response: { ...json.response, transports: transports.filter(isTransport).slice(0, MOST_TRANSPORTS) } };
}

/** @param {any} value @returns {any[] | undefined} */
const list = (value) => (typeof value === "string" ? undefined : attempt(() => [...value]));

/** Transports only help to find the passkey later: invalid values must not prevent its registration.
 * @param {any} value */
const isTransport = (value) => typeof value === "string" && /^[^,]{1,32}$/.test(value);

/** Throws UnreadableCredential. @param {any} credential */
export function authenticationJSON(credential) {
  const { json, responses } = read(credential, ["clientDataJSON", "authenticatorData", "signature"]);
  return { ...json, response: { ...json.response, userHandle: binary(responses, "userHandle") } };
}

/** @param {any} credential @param {string[]} needed of its response */
function read(credential, needed) {
  const sources = sourcesOf(credential);
  const responses = sources.map((source) => attempt(() => source.response));
  const id = idOf(credential);
  const response = Object.fromEntries(needed.map((name) => [name, binary(responses, name)]));
  if (!id || needed.some((name) => !response[name])) throw new UnreadableCredential();
  const authenticatorAttachment = asJSON(member(sources, "authenticatorAttachment"));
  const clientExtensionResults =
    asJSON(member(sources, "clientExtensionResults")) ??
    asJSON(attempt(() => credential.getClientExtensionResults())) ??
    {};
  const json = { id, rawId: id, type: "public-key", authenticatorAttachment, clientExtensionResults, response };
  return { json, responses };
}

/** Undefined for what cannot be written as JSON. @param {any} value */
const asJSON = (value) => attempt(() => JSON.parse(JSON.stringify(value)));

/** @param {any[]} sources @param {string} name */
function member(sources, name) {
  return sources.map((source) => attempt(() => source[name])).find((value) => value != null);
}

/** @param {any[]} sources @param {string} name @returns {string | undefined} */
function binary(sources, name) {
  return sources.map((source) => encode(attempt(() => source[name]))).find(Boolean);
}

/** @param {any} credential @returns {string | undefined} in base64url */
export function idOf(credential) {
  const sources = sourcesOf(credential);
  return binary(sources, "rawId") ?? binary(sources, "id");
}

/** The result of the object's toJSON, then the object. @param {any} credential */
const sourcesOf = (credential) => [attempt(() => credential.toJSON()), credential];
