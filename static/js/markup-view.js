/** @import { Token } from "./markup.js" */
/** @import { Names } from "./mentions.js" */
/** @import { TemplateResult } from "../vendor/lit/lit.js" */

import { html } from "../vendor/lit/lit.js";
import { parse } from "./markup.js";
import { lower } from "./mentions.js";

/**
 * A message's text as Lit templates: text nodes and known elements only.
 *
 * @param {string} content
 * @param {Names | null} [names] who is named in it
 */
export function markup(content, names = null) {
  return parse(content).map((token) => view(token, names));
}

/** @param {Token} token @param {Names | null} names @returns {TemplateResult | string | (TemplateResult | string)[]} */
function view(token, names) {
  switch (token.kind) {
    case "code":
      return html`<code>${token.text}</code>`;
    case "block":
      return html`<pre dir="ltr" tabindex="0"><code>${token.text}</code></pre>`;
    case "bold":
      return html`<strong>${token.children.map((child) => view(child, names))}</strong>`;
    case "italic":
      return html`<em>${token.children.map((child) => view(child, names))}</em>`;
    case "struck":
      return html`<s>${token.children.map((child) => view(child, names))}</s>`;
    case "link":
      return html`<a href=${token.href} target="_blank" rel="noopener noreferrer nofollow">${token.text}</a>`;
    default:
      return names ? withNames(token.text, names) : token.text;
  }
}

/** @param {string} text @param {Names} names */
function withNames(text, { pattern, mine }) {
  return text.split(pattern).map((part, index) => {
    if (index % 2 === 0) return part;
    const isMe = mine.has(lower(part.slice(1)));
    return html`<span class="mention ${isMe ? "is-me" : ""}">${part}</span>`;
  });
}
