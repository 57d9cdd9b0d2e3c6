import { html } from "../../vendor/lit/lit.js";
import { gettext } from "../i18n.js";
import { BrookDialog } from "./dialog.js";

const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

/** @type {[heading: string, lines: [keys: string[], does: string][]][]} */
const SHEET = [
  [
    gettext("Everywhere"),
    [
      [[COMMAND, "K"], gettext("Search or jump to a conversation")],
      [["Alt", "↑"], gettext("The conversation above")],
      [["Alt", "↓"], gettext("The conversation below")],
      [["Esc"], gettext("Close what is open beside or above")],
      [["?"], gettext("This sheet")],
    ],
  ],
  [
    gettext("Writing"),
    [
      [["Enter"], gettext("Send")],
      [["Shift", "Enter"], gettext("A new line")],
      [["↑"], gettext("Edit my last message, where nothing is written")],
      [["@"], gettext("Mention somebody")],
    ],
  ],
  [
    gettext("On a conversation in the list"),
    [
      [["↑", "↓"], gettext("The conversation above, or below")],
      [["Shift", "F10"], gettext("What can be done without opening it")],
    ],
  ],
  [
    gettext("On a message"),
    [
      [["↑", "↓"], gettext("The message before, or after")],
      [["Enter"], gettext("All that can be done with it")],
    ],
  ],
];

/** What keys do. */
class BrookKeysSheet extends BrookDialog {
  get heading() {
    return gettext("Keyboard");
  }

  content() {
    return html`<div class="keys-sheet">${SHEET.map(
      ([heading, lines]) => html`
        <section>
          <h3>${heading}</h3>
          <dl>${lines.map(
            ([keys, does]) =>
              html`<div><dt>${keys.map((key) => html`<kbd dir="ltr">${key}</kbd>`)}</dt><dd>${does}</dd></div>`,
          )}</dl>
        </section>
      `,
    )}</div>`;
  }
}

customElements.define("brook-keys-sheet", BrookKeysSheet);
