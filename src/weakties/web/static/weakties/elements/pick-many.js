// Several people in a list: how many are chosen is said, all of a page at once, a stretch with shift.

class PickMany extends HTMLElement {
  connectedCallback() {
    this.told = this.querySelector("[data-chosen]");
    this.usual = this.told?.textContent;
    this.addEventListener("change", (event) => this.changed(event.target));
    this.addEventListener("click", (event) => this.stretch(event));
    this.say();
  }

  boxes() {
    return [...this.querySelectorAll("input[name=who]")];
  }

  changed(box) {
    if (box.matches("[data-all]")) for (const each of this.boxes()) each.checked = box.checked;
    this.say();
  }

  stretch(event) {
    const box = event.target;
    if (!box.matches?.("input[name=who]")) return;
    const boxes = this.boxes();
    if (event.shiftKey && this.last) {
      const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
    }
    this.last = box;
  }

  say() {
    const chosen = this.boxes().filter((box) => box.checked).length;
    this.toggleAttribute("data-some", chosen > 0);
    if (this.told) this.told.textContent = chosen ? `${chosen} chosen` : this.usual;
  }
}

customElements.define("pick-many", PickMany);
