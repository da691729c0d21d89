/** The service's HTTP contract: JSON in both directions, refusals as problem+json (RFC 9457). */

const PATIENCE_MS = 30_000; // The first call may wait for a cold start.

/** A refusal that the server explained. */
export class Problem extends Error {
  /** @param {Response} response @param {{type?: string, title?: string, detail?: string,
   *   instance?: string, error_description?: string}} body Refusals of OAuth have other members */
  constructor(response, body) {
    super(body.title ?? `HTTP ${response.status}`);
    this.name = "Problem";
    this.status = response.status;
    this.slug = body.type?.split("#")[1] ?? "";
    this.detail = body.detail ?? body.error_description ?? "";
    this.instance = body.instance ?? "";
    this.limits = response.headers.get("RateLimit-Policy") ?? "";
    this.retryAfter = Number(response.headers.get("Retry-After")) || 0;
  }
}

/** No answer: no network, no server, or a time-out. */
export class Unreachable extends Error {
  name = "Unreachable";
}

/** @typedef {{body?: object, form?: Record<string, string>, headers?: Record<string, string>,
 *   bearer?: string, csrfToken?: string, signal?: AbortSignal}} Parts
 * @typedef {(method: string, path: string, parts?: Parts) => Promise<Response>} Send */

const UNCHANGED = 304; // Only if the request named a version.

/** The browser adds the cookies by itself. @type {Send} */
export async function send(method, path, { body, form, headers, bearer, csrfToken, signal } = {}) {
  const request = {
    method,
    headers: {
      Accept: "application/json, application/problem+json",
      ...(body && { "Content-Type": "application/json" }),
      ...(form && { "Content-Type": "application/x-www-form-urlencoded" }),
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...(csrfToken && { "X-CSRF-Token": csrfToken }),
      ...headers,
    },
    body: form ? new URLSearchParams(form).toString() : body && JSON.stringify(body),
    cache: /** @type {const} */ ("no-store"),
  };
  const response = await reach(path, request, signal);
  if (!response.ok && response.status !== UNCHANGED) throw new Problem(response, await response.json().catch(() => ({})));
  return response;
}

/** @param {string} bearer @returns {Send} */
export function sendAs(bearer) {
  return (method, path, parts) => send(method, path, { ...parts, bearer });
}

/** @param {string} path @param {RequestInit} request @param {AbortSignal} [signal] */
async function reach(path, request, signal) {
  try {
    return await fetch(path, { ...request, signal: patient(signal) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable(path, { cause: error });
  }
}

/** Aborts with the given signal, and after the time-out, even while the answer is read.
 * Written by hand, because some browsers with passkeys lack `AbortSignal.any`.
 * @param {AbortSignal} [signal] */
function patient(signal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  setTimeout(abort, PATIENCE_MS);
  signal?.addEventListener("abort", abort);
  return controller.signal;
}

/**
 * Begin a ceremony. `lifetime` is the challenge's lifetime in milliseconds.
 * @param {string} path
 * @param {object} body
 * @param {{via?: Send, signal?: AbortSignal}} [parts] `via` sends with a token or cookies; else without
 * @returns {Promise<{publicKey: any, lifetime: number}>}
 */
export async function begin(path, body, { via = send, signal } = {}) {
  const response = await via("POST", path, { body, signal });
  const { publicKey, expiresAt } = await response.json();
  return { publicKey, lifetime: timeLeft(response, expiresAt) };
}

/** @param {string} path @param {object} body @returns {Promise<any>} */
export async function post(path, body) {
  const response = await send("POST", path, { body });
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable(path, { cause: error }); // The answer broke off.
  }
}

/** In milliseconds. Both ends of the subtraction are the server's, because a device's own clock may
 * be wrong. @param {Response} response @param {string} expiresAt */
export function timeLeft(response, expiresAt) {
  const served = Date.parse(response.headers.get("Date") ?? "") || Date.now();
  return Date.parse(expiresAt) - served;
}
