// How far a job is, told by the server while it runs; when it is over its card is fetched anew. Without it the page asks again.

const COUNT = new Intl.NumberFormat("en");

class LiveProgress extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.events) return;
    this.source = new EventSource(this.dataset.events);
    this.source.addEventListener("message", (event) => this.told(JSON.parse(event.data)));
  }

  disconnectedCallback() {
    this.source?.close();
  }

  told({ state, line, count, most, left, over }) {
    if (over) return this.end();
    const bar = this.querySelector("progress");
    if (most) {
      bar.max = most;
      bar.value = Math.min(count, most);
    }
    const words = this.querySelector("[data-line]");
    if (!words || state === "waiting") return;
    const far = count ? `: ${COUNT.format(count)}${most ? ` of ${COUNT.format(most)}` : ""}` : "";
    const rest = left ? `, ${left < 90 ? `${left} seconds` : `${Math.round(left / 60)} minutes`} left` : "";
    const said = (line || "begins") + far + rest;
    words.textContent = said.charAt(0).toUpperCase() + said.slice(1);
  }

  async end() {
    this.source.close();
    // A page of its own says at its head what came of it.
    if (location.pathname.startsWith("/sources/jobs/")) return location.reload();
    const answer = await fetch(this.dataset.part, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return location.reload();
    const held = this.contains(document.activeElement) || document.activeElement === document.body;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("live-progress");
    this.replaceWith(fresh);
    if (held) (fresh.querySelector("button, a.b") ?? fresh.querySelector("[data-head]"))?.focus();
  }
}

customElements.define("live-progress", LiveProgress);
