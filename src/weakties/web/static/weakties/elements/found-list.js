// A field with a list of what was found beneath it: chosen with the arrows or the mouse, left with Escape. Whoever extends it says
// how an entry looks and what becomes of the one that is taken.

export class FoundList extends HTMLElement {
  // id: of the list; label: what it is called.
  begin(id, label) {
    this.field = this.querySelector("input");
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.role = "listbox";
    this.list.className = "jump-list";
    this.list.hidden = true;
    this.list.setAttribute("aria-label", label);
    this.append(this.list);
    const said = { role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(said)) this.field.setAttribute(name, value);
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("li")));
  }

  // key: what tells one entry from another; data: what it is, for whoever takes it.
  entry(key, title, beside, data) {
    const entry = document.createElement("li");
    entry.role = "option";
    entry.id = `${this.list.id}-${key}`;
    Object.assign(entry.dataset, data);
    const name = document.createElement("bdi");
    name.textContent = title;
    const what = document.createElement("small");
    what.textContent = beside;
    entry.append(name, what);
    return entry;
  }

  // none: what is said where there are no entries, nothing if empty.
  show(entries, none = "") {
    this.list.replaceChildren(...entries);
    if (!entries.length && none) {
      const said = document.createElement("li");
      said.textContent = none;
      said.role = "option";
      said.setAttribute("aria-disabled", "true");
      this.list.append(said);
    }
    this.list.hidden = !this.list.children.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choose(entries[0]);
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
    } else if (event.key === "Enter" && chosen && !this.list.hidden) {
      event.preventDefault();
      this.take(chosen);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}
