// The search box of the map: names while one types, chosen with the arrows or the mouse. Tells `found` with the number of a person.

const SHOWN = 8;

class MapFind extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.list = document.createElement("ul");
    this.list.id = "map-found";
    this.list.role = "listbox";
    this.list.className = "jump-list";
    this.list.hidden = true;
    this.list.setAttribute("aria-label", "People on the map");
    this.append(this.list);
    const said = { role: "combobox", "aria-expanded": "false", "aria-controls": "map-found", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(said)) this.field.setAttribute(name, value);
    this.field.addEventListener("input", () => this.look());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("li")));
  }

  look() {
    const found = this.net?.find(this.field.value, SHOWN) ?? [];
    this.list.replaceChildren(...found.map((n) => this.entry(n)));
    if (!found.length && this.field.value.trim() && this.net) {
      const none = document.createElement("li");
      none.textContent = "Nobody on this map";
      none.role = "option";
      none.setAttribute("aria-disabled", "true");
      this.list.append(none);
    }
    this.list.hidden = !this.list.children.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choose(this.list.querySelector("[data-n]"));
  }

  entry(n) {
    const entry = document.createElement("li");
    entry.role = "option";
    entry.id = `map-found-${n}`;
    entry.dataset.n = n;
    const name = document.createElement("bdi");
    name.textContent = this.net.names[n];
    const where = document.createElement("small");
    where.textContent = this.net.about.circles.find((circle) => circle.place === this.net.person.circle[n])?.name ?? "in no circle";
    entry.append(name, where);
    return entry;
  }

  choose(entry) {
    for (const other of this.list.children) other.removeAttribute("aria-selected");
    if (!entry) return this.field.removeAttribute("aria-activedescendant");
    entry.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", entry.id);
    return entry.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    const chosen = this.list.querySelector("[aria-selected]");
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step && !this.list.hidden) {
      event.preventDefault();
      this.choose(chosen?.[step] ?? chosen);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.go(chosen);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  go(entry) {
    if (!entry?.dataset.n) return;
    this.close();
    this.dispatchEvent(new CustomEvent("found", { bubbles: true, detail: Number(entry.dataset.n) }));
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

customElements.define("map-find", MapFind);
