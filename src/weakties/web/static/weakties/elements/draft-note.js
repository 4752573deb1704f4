// A letter that is still being written: "Open in mail" takes what stands in the field, "Copy" puts it on the clipboard.
// Without script the link opens what the page proposed, and the field can be copied by hand.

class DraftNote extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("[data-text]");
    this.said = this.querySelector("[data-said]");
    const mail = this.querySelector("[data-mail]");
    const copy = this.querySelector("[data-copy]");
    if (!this.text) return;
    this.text.addEventListener("input", () => mail && this.address(mail));
    if (mail) this.address(mail);
    if (copy && navigator.clipboard) {
      copy.hidden = false;
      copy.addEventListener("click", () => this.copy());
    }
  }

  // The address of the letter with what stands in the field now; whom it goes to stays as the page said.
  address(link) {
    const [to] = link.getAttribute("href").split("?");
    const text = this.text.value.replace(/\r?\n/g, "\r\n");
    link.setAttribute("href", `${to}?body=${encodeURIComponent(text)}`);
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text.value);
      this.tell("Copied.");
    } catch {
      this.text.select();
      this.tell("Press Ctrl and C to copy.");
    }
  }

  tell(words) {
    if (this.said) this.said.textContent = words;
  }
}

customElements.define("draft-note", DraftNote);
