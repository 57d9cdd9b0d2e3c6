/**
 * The texts of the interface in the language of the page, from the catalogue that Django serves as a
 * classic script before the modules (`django.gettext` and its like). Where there is none, as on other
 * people's pages with our badges, they are in English, as they stand in the code.
 *
 * Texts are found by reading the code: a whole sentence in plain quotes, what changes in it by name, and
 * put there by `interpolate`. docs/languages.md
 *
 * @typedef {object} Catalogue
 * @property {(text: string) => string} gettext
 * @property {(one: string, many: string, count: number) => string} ngettext
 * @property {(context: string, text: string) => string} pgettext
 * @property {(context: string, one: string, many: string, count: number) => string} npgettext
 */

const PLACE = /%\((\w+)\)s/;
const PLACES = new RegExp(PLACE, "g");
const LETTER = /\p{L}/u;
const RIGHT_TO_LEFT_LETTER =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

const root = globalThis.document?.documentElement;

/** Of the page, as in `<html lang>`: en, ar, ja … */
export const language = root?.lang || "en";

/** In which the page is read. @type {"ltr" | "rtl"} */
export const direction = root?.dir === "rtl" ? "rtl" : "ltr";

/**
 * For Intl: as the person in front of the browser writes the page's language (24 hours in en-GB), with
 * the digits and the calendar that the server writes.
 */
export const locale = localeOf(globalThis.navigator?.languages ?? []);

const figures = lazily(() => new Intl.NumberFormat(locale));

/**
 * Browsers take milliseconds for each formatter: it is made when it is needed.
 *
 * @template T
 * @param {() => T} make
 * @returns {() => T} the same each time
 */
export function lazily(make) {
  /** @type {T | undefined} */
  let made;
  return () => {
    made ??= make();
    return made;
  };
}

/** @param {readonly string[]} wanted by the person */
function localeOf(wanted) {
  const tag = wanted.find((each) => each.split("-")[0] === language.split("-")[0]) ?? language;
  const options = { calendar: "gregory", numberingSystem: "latn" };
  try {
    return new Intl.Locale(tag, options).toString();
  } catch {
    return new Intl.Locale("en", options).toString(); // a page may say anything of its language
  }
}

/** @returns {Catalogue | undefined} */
function catalogue() {
  return /** @type {any} */ (globalThis).django;
}

/** @param {string} text @returns {string} */
export function gettext(text) {
  return catalogue()?.gettext?.(text) ?? text;
}

/**
 * By the rules of the language: Arabic has six forms.
 *
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @returns {string}
 */
export function ngettext(one, many, count) {
  return catalogue()?.ngettext?.(one, many, count) ?? (count === 1 ? one : many);
}

/**
 * Where one English word means several things.
 *
 * @param {string} context
 * @param {string} text
 * @returns {string}
 */
export function pgettext(context, text) {
  return catalogue()?.pgettext?.(context, text) ?? text;
}

/**
 * @param {string} context
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @returns {string}
 */
export function npgettext(context, one, many, count) {
  return catalogue()?.npgettext?.(context, one, many, count) ?? (count === 1 ? one : many);
}

/**
 * Puts values into the places of a text: `%(name)s`. Numbers are written as the language does; a name
 * in letters of the other direction keeps its order to itself, and so does each of several.
 *
 * @param {string} text
 * @param {Record<string, string | number | string[]>} values
 * @returns {string}
 */
export function interpolate(text, values) {
  return text.replace(PLACES, (place, name) => shown(values[name] ?? place));
}

/**
 * The same where a value is more than text: for Lit, which draws the parts one after the other.
 *
 * @param {string} text
 * @param {Record<string, unknown>} values
 * @returns {unknown[]}
 */
export function woven(text, values) {
  return text.split(PLACE).map((part, index) => {
    if (index % 2 === 0) return part;
    const value = values[part];
    return typeof value === "string" || typeof value === "number" ? shown(value) : value;
  });
}

/**
 * The way that what people wrote goes, by its first letter, where words of ours stand before it and `dir="auto"` would go by those.
 *
 * @param {string} text
 * @returns {"ltr" | "rtl"} the page's own where there is no letter
 */
export function directionIn(text) {
  const [letter] = LETTER.exec(text) ?? [];
  if (!letter) return direction;
  return RIGHT_TO_LEFT_LETTER.test(letter) ? "rtl" : "ltr";
}

/**
 * Invisible marks, because in attributes and titles no `<bdi>` can be.
 *
 * @param {string | number | string[]} value
 * @returns {string}
 */
function shown(value) {
  if (typeof value === "number") return figures().format(value);
  if (typeof value !== "string") return value.map(shown).join(pgettext("between names", ", "));
  const isForeign = direction === "rtl" ? LETTER.test(value) : RIGHT_TO_LEFT_LETTER.test(value);
  return isForeign ? FIRST_STRONG_ISOLATE + value + POP_ISOLATE : value;
}
