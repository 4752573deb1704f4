// The box at the side: people while one types. Without it the form goes to People.

import { FoundList } from "./found-list.js";

const PAUSE_MS = 120;
const SHOWN = 8;

class JumpBox extends FoundList {
  connectedCallback() {
    this.begin("jump-list", "People");
    this.field.addEventListener("input", () => this.soon());
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const text = this.field.value.trim();
    if (!text) return this.close();
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const address = `/jump?${new URLSearchParams({ q: text, limit: SHOWN })}`;
      const answer = await fetch(address, { signal: this.asked.signal });
      if (!answer.ok) return;
      const { rows } = await answer.json();
      this.show(rows.map((row, place) => this.entry(place, row.name, row.what, { to: row.to })));
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  take(entry) {
    if (entry) location.assign(entry.dataset.to);
  }
}

customElements.define("jump-box", JumpBox);
