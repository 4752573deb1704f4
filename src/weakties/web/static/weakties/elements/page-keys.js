// The keys of every page. A letter presses what bears it as data-key inside what is chosen; `g` and a letter go to a page.
// Nothing happens while somebody types, nor with a modifier held.

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const WAIT_MS = 1200;

class PageKeys extends HTMLElement {
  connectedCallback() {
    this.going = 0;
    this.listen = new AbortController();
    const { signal } = this.listen;
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    document.addEventListener("htmx:afterSettle", (event) => this.settled(event), { signal });
    document.addEventListener("toggle", (event) => this.opened(event), { signal, capture: true });
  }

  disconnectedCallback() {
    this.listen.abort();
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    // A key that is held down moves on and on, and does nothing else twice: what comes next in a list would be done as well.
    if (event.repeat && !"jk".includes(event.key)) return;
    if (event.target.closest(TYPING)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (Date.now() - this.going < WAIT_MS && event.key.length === 1) {
      this.going = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) {
        event.preventDefault();
        location.assign(link.href);
      }
      return;
    }
    if (this.act(event.key)) event.preventDefault();
  }

  // Returns whether the key meant something.
  act(key) {
    switch (key) {
      case "g":
        this.going = Date.now();
        return true;
      case "/":
        return this.focusOn("[data-jump]");
      case "?":
        document.getElementById("keys")?.togglePopover();
        return true;
      case "j":
        return this.move(1);
      case "k":
        return this.move(-1);
      default:
        return /^[a-z]$/.test(key) && this.press(key);
    }
  }

  focusOn(selector) {
    const found = document.querySelector(selector);
    found?.focus();
    found?.select?.();
    return Boolean(found);
  }

  rows() {
    return [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  }

  move(step) {
    const rows = this.rows();
    if (!rows.length) return false;
    const at = rows.indexOf(this.chosen());
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)] ?? rows[0];
    const entry = next.closest("details");
    if (entry && next.matches("summary")) entry.open = true;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  // The row in which the focus is, else the one that is open.
  chosen() {
    const here = document.activeElement?.closest("li, tr, article");
    return here?.querySelector("[data-row]") ?? document.querySelector("details[open] > [data-row]");
  }

  press(key) {
    const row = this.chosen()?.closest("li, tr, article");
    const inside = row?.querySelector(`[data-key="${key}"]`);
    const button = inside ?? document.querySelector(`[data-actions] [data-key="${key}"], .toast [data-key="${key}"], dl [data-key="${key}"]`);
    if (!button) return false;
    if (button.matches("a[href^='#']")) document.querySelector(button.hash)?.focus();
    else button.click();
    return true;
  }

  // After a part of the page was changed, whoever works with the keys stands where the work goes on.
  settled(event) {
    const changed = document.querySelector("#day[data-changed]");
    if (!changed || !event.target.contains(changed)) return;
    delete changed.dataset.changed;
    // Of entries that open one at a time a new one comes closed while the old one is still there.
    const entry = changed.querySelector("details.entry");
    if (entry) entry.open = true;
    const next = entry?.querySelector("summary") ?? changed.querySelector("h1");
    if (next?.matches("h1")) next.tabIndex = -1;
    next?.focus({ preventScroll: true });
  }

  // A popover that opens takes the focus, so that its first control is at hand.
  opened(event) {
    const box = event.target;
    if (!(box instanceof HTMLElement) || !box.matches("[popover]") || event.newState !== "open") return;
    const first = box.querySelector("[autofocus], input:not([type=hidden]), select, textarea, button, a[href]");
    if (!box.contains(document.activeElement)) first?.focus();
  }
}

customElements.define("page-keys", PageKeys);
