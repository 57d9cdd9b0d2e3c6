/**
 * The safe subset of Markdown in messages: ```blocks```, `code`, **bold**, *italic*, ~~struck~~, http(s) links.
 * `parse` gives a tree of tokens; markup-view.js makes Lit templates of it. No HTML is ever parsed.
 *
 * @typedef {{kind: "text" | "code" | "block", text: string}} TextToken
 * @typedef {{kind: "bold" | "italic" | "struck", children: Token[]}} GroupToken
 * @typedef {{kind: "link", text: string, href: string}} LinkToken
 * @typedef {TextToken | GroupToken | LinkToken} Token
 */

const BLOCK = /```(?:[\w+-]*\n)?([\s\S]*?)```\n?/g;

// The lengths are bounded so that a message of nothing but asterisks costs milliseconds, not seconds.
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]{1,2000})`",
    "\\*\\*(?<bold>[^\\s*](?:[^\\n]{0,2000}?[^\\s])??)\\*\\*",
    "(?<![\\w*])\\*(?<italic>[^\\s*](?:[^*\\n]{0,2000}?[^\\s*])?)\\*(?![\\w*])",
    "(?<!~)~~(?<struck>[^\\s~](?:[^~\\n]{0,2000}?[^\\s~])?)~~(?!~)",
    "(?<link>\\bhttps?://[^\\s<>\"'`]+)",
  ].join("|"),
  "gu",
);

/**
 * @param {string} content
 * @returns {Token[]}
 */
export function parse(content) {
  /** @type {Token[]} */
  const tokens = [];
  let end = 0;
  for (const match of content.matchAll(BLOCK)) {
    const text = match[1] ?? "";
    if (!text.trim()) continue;
    tokens.push(...parseInline(content.slice(end, match.index).replace(/\n$/, "")));
    tokens.push({ kind: "block", text: text.replace(/\n$/, "") });
    end = match.index + match[0].length;
  }
  tokens.push(...parseInline(content.slice(end)));
  return tokens;
}

/**
 * @param {string} text
 * @returns {Token[]}
 */
function parseInline(text) {
  /** @type {Token[]} */
  const tokens = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const { token, length } = tokenOf(match);
    if (!token) continue;
    if (match.index > end) tokens.push({ kind: "text", text: text.slice(end, match.index) });
    tokens.push(token);
    end = match.index + length;
  }
  if (end < text.length) tokens.push({ kind: "text", text: text.slice(end) });
  return tokens;
}

/**
 * @param {RegExpMatchArray} match
 * @returns {{token: Token | null, length: number}}
 */
function tokenOf(match) {
  const { code, bold, italic, struck, link } = match.groups ?? {};
  const length = match[0].length;
  if (code) return { token: { kind: "code", text: code }, length };
  if (bold) return { token: { kind: "bold", children: parseInline(bold) }, length };
  if (italic) return { token: { kind: "italic", children: parseInline(italic) }, length };
  if (struck) return { token: { kind: "struck", children: parseInline(struck) }, length };
  const address = withoutTrailingPunctuation(link ?? "");
  const href = webAddress(address);
  return {
    token: href ? { kind: "link", text: address, href } : null,
    length: address.length,
  };
}

/** A full stop ends the sentence, not the address; a bracket only if it was opened inside. @param {string} address */
function withoutTrailingPunctuation(address) {
  let text = address;
  for (;;) {
    const last = text.at(-1) ?? "";
    const unopened = last === ")" && text.split("(").length < text.split(")").length;
    if (!unopened && !/[.,;:!?*_~\]}]/.test(last)) return text;
    text = text.slice(0, -1);
  }
}

/** @param {string} text */
function webAddress(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : "";
}

/** One line without marks, for previews. @param {string} content */
export function plainText(content) {
  return parse(content).map(textOf).join("").replace(/\s+/g, " ").trim();
}

/** @param {Token} token @returns {string} */
function textOf(token) {
  if ("children" in token) return token.children.map(textOf).join("");
  return token.kind === "block" ? ` ${token.text} ` : token.text;
}

const FEW_EMOJI = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;
/** In each emoji is one of these. Browsers take 90 ms to make the other pattern ready: most pages never need it. */
const EMOJI_PART = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

/** One to three emoji and nothing else: shown large. @param {string} content */
export function isFewEmoji(content) {
  return content.length < 60 && EMOJI_PART.test(content) && FEW_EMOJI.test(content.trim());
}
