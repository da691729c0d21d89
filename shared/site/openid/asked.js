/** What a client asks for, in words. */

import { element } from "../common/elements.js";
import { text, textOr } from "../common/texts.js";

/** @param {{scope: string[], resources: string[]}} found */
export function asked({ scope, resources }) {
  const scopes = scope.map((each) => textOr(`scope.${each}`, each));
  const places = resources.map((address) => text("resource", { address }));
  return [...scopes, ...places].map((each) => element("li", "", each));
}
