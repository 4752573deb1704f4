// Tells the server of the demo that this page is open, and when it closes: it ends when nobody has one open any more.

const BEAT = 20_000;

class PagePresent extends HTMLElement {
  connectedCallback() {
    this.name = Math.random().toString(36).slice(2, 14);
    this.listen = new AbortController();
    const { signal } = this.listen;
    // A page that is kept aside by the browser is not open; it may come back.
    addEventListener("pagehide", () => this.say("left"), { signal });
    addEventListener("pageshow", () => this.say("here"), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.say("here"), { signal });
    this.beat = setInterval(() => this.say("here"), BEAT);
    this.say("here");
  }

  disconnectedCallback() {
    clearInterval(this.beat);
    this.listen.abort();
  }

  say(how) {
    const said = new URLSearchParams({ page: this.name, how, csrfmiddlewaretoken: this.dataset.token });
    navigator.sendBeacon("/present", said);
  }
}

customElements.define("page-present", PagePresent);
