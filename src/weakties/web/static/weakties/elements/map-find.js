// The search box of the map: people while one types. Tells `found` with the number of a person.

import { FoundList } from "./found-list.js";

const SHOWN = 8;

class MapFind extends FoundList {
  connectedCallback() {
    this.begin("map-found", "People on the map");
    this.field.addEventListener("input", () => this.look());
    // There is no form behind it that Enter could send.
    this.field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }

  look() {
    const found = this.net?.find(this.field.value, SHOWN) ?? [];
    const none = this.field.value.trim() && this.net ? "Nobody on this map" : "";
    this.show(found.map((n) => this.entry(n, this.net.names[n], this.circleOf(n), { n })), none);
  }

  circleOf(n) {
    return this.net.about.circles.find((circle) => circle.place === this.net.person.circle[n])?.name ?? "in no circle";
  }

  take(entry) {
    if (!entry?.dataset.n) return;
    this.close();
    this.dispatchEvent(new CustomEvent("found", { bubbles: true, detail: Number(entry.dataset.n) }));
  }
}

customElements.define("map-find", MapFind);
