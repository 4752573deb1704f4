// How far a job is, told by the server while it runs; when it is over its card is fetched anew. Without it the page asks again.

const COUNT = new Intl.NumberFormat("en");

// One stream tells of all jobs of the page, for as long as one of them is not over.
const shown = new Map();
let source;

function listen() {
  if (source || !shown.size) return;
  source = new EventSource("/sources/jobs/events");
  source.addEventListener("message", (event) => {
    const said = JSON.parse(event.data);
    shown.get(said.job)?.told(said);
  });
  // Of a job that is told of no more there is nothing to wait for.
  source.addEventListener("done", () => [...shown.values()].forEach((each) => each.end()));
  // Whom the server sends away asks again.
  source.addEventListener("error", () => source?.readyState === EventSource.CLOSED && (hush(), setTimeout(listen, 3000)));
}

function hush() {
  source?.close();
  source = undefined;
}

class LiveProgress extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.job) return;
    shown.set(this.dataset.job, this);
    listen();
  }

  disconnectedCallback() {
    if (shown.get(this.dataset.job) === this) shown.delete(this.dataset.job);
    if (!shown.size) hush();
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
    shown.delete(this.dataset.job);
    if (!shown.size) hush();
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
