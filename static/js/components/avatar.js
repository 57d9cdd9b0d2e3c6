import { initials } from "../format.js";

/**
 * `<brook-avatar data-id="…" name="Ann Sorel" photo="…">`: a person's or a group's circle. Decoration:
 * the name stands beside it. Its colour follows from data-id in avatar.css, so it is there before
 * this script is.
 */
class BrookAvatar extends HTMLElement {
  static observedAttributes = ["name", "photo"];

  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
    this.show();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.show();
  }

  show() {
    const photo = this.getAttribute("photo");
    if (!photo) {
      const text = initials(this.getAttribute("name") ?? "");
      if (this.firstElementChild || this.textContent !== text) this.replaceChildren(text);
      return;
    }
    const image = new Image();
    image.alt = "";
    image.decoding = "async";
    image.src = photo;
    this.replaceChildren(image);
  }
}

customElements.define("brook-avatar", BrookAvatar);
