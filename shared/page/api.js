/** The service's HTTP contract: JSON both ways, refusals as problem+json (RFC 9457). */

const PATIENCE_MS = 30_000; // A first call may wake the service up.

/** A refusal that the server explained. */
export class Problem extends Error {
  /** @param {Response} response @param {{type?: string, title?: string, detail?: string,
   *   instance?: string}} body */
  constructor(response, body) {
    super(body.title ?? `HTTP ${response.status}`);
    this.name = "Problem";
    this.status = response.status;
    this.slug = body.type?.split("#")[1] ?? "";
    this.detail = body.detail ?? "";
    this.instance = body.instance ?? "";
    this.retryAfter = Number(response.headers.get("Retry-After")) || 0;
  }
}

/** No answer at all: no network, no server, or none in time. */
export class Unreachable extends Error {
  name = "Unreachable";
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: object, token?: string, signal?: AbortSignal}} [parts]
 */
async function send(method, path, { body, token, signal } = {}) {
  const response = await reach(path, {
    method,
    headers: {
      Accept: "application/json, application/problem+json",
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]),
  });
  if (!response.ok) throw new Problem(response, await response.json().catch(() => ({})));
  return response;
}

/** @param {string} path @param {RequestInit} request */
async function reach(path, request) {
  try {
    return await fetch(path, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(path, { cause: error });
  }
}

/**
 * Begin a ceremony. `lifetime` is how many milliseconds the challenge lives; both ends of that
 * subtraction are the server's, because a device's own clock may be wrong.
 * @param {string} path
 * @param {object} body
 * @param {{token?: string, signal?: AbortSignal}} [parts]
 * @returns {Promise<{publicKey: any, lifetime: number}>}
 */
export async function begin(path, body, parts) {
  const response = await send("POST", path, { body, ...parts });
  const { publicKey, expiresAt } = await response.json();
  const served = Date.parse(response.headers.get("Date") ?? "") || Date.now();
  return { publicKey, lifetime: Date.parse(expiresAt) - served };
}

/** @param {string} path @param {object} body @returns {Promise<any>} */
export async function finish(path, body) {
  return (await send("POST", path, { body })).json();
}

/** @param {string} path @param {string} token @returns {Promise<any>} */
export async function read(path, token) {
  return (await send("GET", path, { token })).json();
}
