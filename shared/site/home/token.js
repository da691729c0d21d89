/** The access token's claims, as the server reports them. The token itself is in a cookie. */

import { element, fact, part } from "../common/elements.js";
import { span, timeElement } from "../common/times.js";

/** @typedef {import("../common/session.js").TokenView} TokenView */

/** Short meanings of the names, in the order of display. @type {Record<string, string>} */
const MEANINGS = {
  authTime: "Signed in",
  expiresAt: "Expires",
  amr: "Authentication methods",
  acr: "Strength",
  aal: "Assurance level",
  scope: "Scope",
  roles: "Roles",
  session: "Session",
};
const MOMENTS = new Set(["authTime", "expiresAt"]);

let ticking = 0;

/** @param {TokenView} token @param {number} lifetime in milliseconds */
export function showToken(token, lifetime) {
  const shown = Object.entries(MEANINGS).map(([name, meaning]) =>
    fact(
      element("span", "", element("code", "", name), ` ${meaning}`),
      value(name, token[/** @type {keyof TokenView} */ (name)]),
    ),
  );
  part("claims").replaceChildren(...shown);
  countDown(lifetime);
}

/** @param {string} name @param {unknown} said */
function value(name, said) {
  if (MOMENTS.has(name)) return timeElement(new Date(String(said)));
  if (Array.isArray(said)) return said.join(", ") || "None";
  return String(said);
}

/** Show the token's remaining lifetime. @param {number} lifetime in milliseconds */
function countDown(lifetime) {
  const endsAt = Date.now() + lifetime;
  const tick = () => {
    const left = endsAt - Date.now();
    part("life").textContent = left > 0 ? `Valid for another ${span(left)}` : "Renewed with the next request";
    part("life-bar").value = Math.max(0, left / lifetime);
  };
  clearInterval(ticking);
  ticking = setInterval(tick, 1000);
  tick();
}

export function forgetToken() {
  clearInterval(ticking);
  part("claims").replaceChildren();
  part("life").replaceChildren();
}
