/** @import { Token } from "./markup.js" */
/** @import { TemplateResult } from "../vendor/lit/lit.js" */

import { html } from "../vendor/lit/lit.js";
import { parse } from "./markup.js";

/**
 * A message's text as Lit templates: text nodes and known elements only.
 *
 * @param {string} content
 */
export function markup(content) {
  return parse(content).map(view);
}

/** @param {Token} token @returns {TemplateResult | string} */
function view(token) {
  switch (token.kind) {
    case "code":
      return html`<code>${token.text}</code>`;
    case "block":
      return html`<pre dir="ltr" tabindex="0"><code>${token.text}</code></pre>`;
    case "bold":
      return html`<strong>${token.children.map(view)}</strong>`;
    case "italic":
      return html`<em>${token.children.map(view)}</em>`;
    case "link":
      return html`<a href=${token.href} target="_blank" rel="noopener noreferrer nofollow">${token.text}</a>`;
    default:
      return token.text;
  }
}
