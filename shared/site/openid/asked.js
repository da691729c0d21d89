/** What a client asks for, in words. */

import { element } from "../common/elements.js";

/** @param {{scope: string[], resources: string[]}} found @param {import("./texts.js").Texts} texts */
export function asked({ scope, resources }, texts) {
  const scopes = scope.map((each) => texts[each] ?? each);
  const places = resources.map((each) => `${texts.resource} ${each}`);
  return [...scopes, ...places].map((each) => element("li", "", each));
}
