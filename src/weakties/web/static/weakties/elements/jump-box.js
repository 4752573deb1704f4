// The box at the side: names while one types, chosen with the arrows or the mouse. Without it the form goes to People.

const PAUSE_MS = 120;
const SHOWN = 8;

class JumpBox extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.list = document.createElement("ul");
    this.list.id = "jump-list";
    this.list.role = "listbox";
    this.list.className = "jump-list";
    this.list.hidden = true;
    this.list.setAttribute("aria-label", "People");
    this.append(this.list);
    const said = { role: "combobox", "aria-expanded": "false", "aria-controls": "jump-list", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(said)) this.field.setAttribute(name, value);
    this.field.addEventListener("input", () => this.soon());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("li")));
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
      if (answer.ok) this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show({ rows }) {
    this.list.replaceChildren(...rows.map((row, place) => this.entry(row, place)));
    this.list.hidden = !rows.length;
    this.field.setAttribute("aria-expanded", String(rows.length > 0));
    this.choose(this.list.firstElementChild);
  }

  entry(row, place) {
    const entry = document.createElement("li");
    entry.role = "option";
    entry.id = `jump-${place}`;
    entry.dataset.to = row.to;
    const name = document.createElement("bdi");
    name.textContent = row.name;
    const what = document.createElement("small");
    what.textContent = row.what;
    entry.append(name, what);
    return entry;
  }

  choose(entry) {
    for (const other of this.list.children) other.removeAttribute("aria-selected");
    if (!entry) return this.field.removeAttribute("aria-activedescendant");
    entry.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", entry.id);
    entry.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    const chosen = this.list.querySelector("[aria-selected]");
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step && !this.list.hidden) {
      event.preventDefault();
      this.choose(chosen?.[step] ?? chosen);
    } else if (event.key === "Enter" && chosen && !this.list.hidden) {
      event.preventDefault();
      this.go(chosen);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  go(entry) {
    if (entry) location.assign(entry.dataset.to);
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

customElements.define("jump-box", JumpBox);
