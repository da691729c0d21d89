/** What a client asks for, in words. */

import { element } from "../common/elements.js";
import { text, textOr } from "../common/texts.js";

const OURS = `${location.origin}/access`;

/** @param {string} address */
function place(address) {
  return address === OURS ? text("scope.access") : text("resource", { address });
}

/** @param {{scope: string[], resources: string[]}} found */
export function asked({ scope, resources }) {
  const scopes = scope.map((each) => textOr(`scope.${each}`, each));
  const places = resources.map(place);
  return [...new Set([...scopes, ...places])].map((each) => element("li", "", each));
}
