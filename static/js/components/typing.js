import { html, nothing } from "../../vendor/lit/lit.js";
import { store } from "../session.js";
import { typingText } from "../state/passing.js";
import { BrookElement } from "./element.js";

/** The line above the composer that says who is typing. Its place is always there, so nothing moves. */
class BrookTyping extends BrookElement {
  select() {
    return [store.state.typing.get(store.state.openId ?? "")];
  }

  render() {
    const text = typingText(store.state.typing.get(store.state.openId ?? ""));
    return html`<p class="typing-line" role="status">${
      text
        ? html`<span class="typing-dots" aria-hidden="true"><i></i><i></i><i></i></span><span dir="auto">${text}</span>`
        : nothing
    }</p>`;
  }
}

customElements.define("brook-typing", BrookTyping);
