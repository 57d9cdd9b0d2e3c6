import { html } from "../../vendor/lit/lit.js";
import { BrookDialog } from "./dialog.js";

const COMMAND = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

/** @type {[heading: string, lines: [keys: string[], does: string][]][]} */
const SHEET = [
  [
    "Everywhere",
    [
      [[COMMAND, "K"], "Search or jump to a conversation"],
      [["Alt", "↑"], "The conversation above"],
      [["Alt", "↓"], "The conversation below"],
      [["Esc"], "Close what is open beside or above"],
      [["?"], "This sheet"],
    ],
  ],
  [
    "Writing",
    [
      [["Enter"], "Send"],
      [["Shift", "Enter"], "A new line"],
      [["↑"], "Edit my last message, where nothing is written"],
      [["@"], "Mention somebody"],
    ],
  ],
  [
    "On a message",
    [
      [["↑", "↓"], "The message before, or after"],
      [["Enter"], "All that can be done with it"],
    ],
  ],
];

/** What keys do. */
class BrookKeysSheet extends BrookDialog {
  get heading() {
    return "Keyboard";
  }

  content() {
    return html`<div class="keys-sheet">${SHEET.map(
      ([heading, lines]) => html`
        <section>
          <h3>${heading}</h3>
          <dl>${lines.map(
            ([keys, does]) =>
              html`<div><dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${does}</dd></div>`,
          )}</dl>
        </section>
      `,
    )}</div>`;
  }
}

customElements.define("brook-keys-sheet", BrookKeysSheet);
