/** Reading an access token to show it. Nothing here verifies: that is for whoever accepts it. */

/** @param {string} part base64url of UTF-8 JSON @returns {Record<string, unknown>} */
function decodePart(part) {
  const binary = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** @param {string} token a JWT in its compact form */
export function decode(token) {
  const [header, claims] = token.split(".");
  return { header: decodePart(header), claims: decodePart(claims) };
}

/** @type {Record<string, string>} what the names mean, in a word or two */
export const MEANINGS = {
  acr: "Strength",
  alg: "Signed with",
  amr: "Proved by",
  aud: "Meant for",
  auth_time: "Signed in",
  client_id: "Application",
  cred: "Passkey’s hash",
  exp: "Expires",
  iat: "Issued",
  iss: "Issued by",
  jti: "Token’s number",
  kid: "Signing key",
  nbf: "Valid from",
  sub: "Account",
  typ: "Type",
};

/** The claims that are moments, in seconds since 1970. */
export const MOMENTS = new Set(["auth_time", "exp", "iat", "nbf"]);
