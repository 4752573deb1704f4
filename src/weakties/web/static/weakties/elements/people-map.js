// The map: takes in the network, draws it, and answers to mouse, fingers and keys. What is chosen stands in the address, and as a
// table below. Without WebGL the server's drawing of the circles stays.

import "./map-find.js";
import "./map-time.js";
import { Net } from "./map-net.js";
import { Scene, canDraw } from "./map-scene.js";

const LISTED = 24;
const KNOWN = 12;
const ALIVE = { alive: [0.6, 2], cooling: [0.3, 0.6], quiet: [-1, 0.3] };
const STEPS = { ArrowLeft: [-1, 0, 1], ArrowRight: [1, 0, 1], ArrowUp: [0, 1, 1], ArrowDown: [0, -1, 1], "+": [0, 0, 0.7], "=": [0, 0, 0.7], "-": [0, 0, 1.45] };
const SOON_MS = 250;

function written(number) {
  return number.toLocaleString("en");
}

class PeopleMap extends HTMLElement {
  connectedCallback() {
    const part = (name) => this.querySelector(`[data-${name}]`);
    Object.assign(this, { sheet: part("sheet"), stage: part("stage"), says: part("says"), beside: part("beside"), ties: part("ties") });
    Object.assign(this, { find: this.querySelector("map-find"), time: this.querySelector("map-time"), form: this.querySelector("form") });
    this.form.addEventListener("change", (event) => this.asked(event.target));
    this.form.addEventListener("submit", () => { this.form.action = `/map${location.hash}`; });
    if (!canDraw()) {
      this.without("This browser cannot draw the people (WebGL is missing). The circles are drawn above, and listed below.");
      return;
    }
    this.stopped = new AbortController();
    this.listen();
    this.begin();
  }

  disconnectedCallback() {
    this.stopped?.abort();
    this.scene?.stop();
  }

  listen() {
    const { signal } = this.stopped;
    this.addEventListener("found", (event) => this.look(event.detail, null, true));
    this.addEventListener("timed", () => this.filter());
    this.addEventListener("click", (event) => this.clicked(event));
    this.sheet.addEventListener("keydown", (event) => this.pressed(event));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.scene && this.focused && this.look(-1, null), { signal });
    window.addEventListener("hashchange", () => this.net?.done && this.recall(), { signal });
  }

  // What comes in within a moment is drawn at once; what takes longer part by part.
  async begin() {
    const began = performance.now();
    let told = began;
    try {
      await Net.read(this.dataset.from, this.stopped.signal, async (net, what) => {
        this.net = net;
        if (what !== "end" && performance.now() - told < SOON_MS) return;
        this.draw();
        this.say(what === "end" ? "" : `${written(net.people)} of ${written(net.about.people)} people, ${written(net.ties)} ties`);
        await new Promise((go) => requestAnimationFrame(go));
        told = performance.now();
      });
    } catch (error) {
      if (error.name !== "AbortError") this.without("The people could not be drawn in this browser, or not be taken in. The circles are drawn above, and listed below.");
      return;
    }
    this.net.done = true;
    this.recall();
    this.dataset.ready = Math.round(performance.now() - began);
    this.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
  }

  draw() {
    if (!this.net.people) return;
    if (!this.scene) this.first();
    else if (this.drawn < this.net.people) this.scene.people();
    this.drawn = this.net.people;
    if (this.net.ties) this.scene.tied();
  }

  // The server's drawing stays, and what is missing is said.
  without(text) {
    this.stage.hidden = true;
    this.sheet.classList.remove("drawn");
    this.say(text);
  }

  first() {
    this.stage.hidden = false;
    this.sheet.classList.add("drawn");
    this.scene = new Scene(this.stage, this.net, {
      pick: (person, circle) => this.look(person, circle),
      ties: (many) => this.fewer(many),
    });
    this.sheet.tabIndex = 0;
    this.sheet.role = "group";
    this.sheet.setAttribute("aria-describedby", "map-keys");
    this.find.net = this.net;
    for (const each of this.querySelectorAll("[data-script]")) each.hidden = false;
    this.form.querySelector("button").hidden = true;
    this.time.begin(...this.net.about.days, null, false);
    this.dataset.people = "drawn";
  }

  // Tells how many ties are drawn, where it is not all.
  fewer(many) {
    const text = many < this.net.ties ? `${written(many)} of ${written(this.net.ties)} ties drawn: come nearer for more` : "";
    if (this.ties.textContent !== text) this.ties.textContent = text;
  }

  say(text) {
    this.says.textContent = text;
  }

  // What is asked of the server leads to another map; the rest is done here.
  asked(field) {
    if (field.name) this.form.requestSubmit();
    else if (field.dataset.filter) this.filter();
  }

  clicked(event) {
    const circle = event.target.closest("[data-circle]");
    const zoom = event.target.closest("[data-zoom]");
    const person = event.target.closest("[data-person]");
    if (event.ctrlKey || event.metaKey || event.shiftKey || !this.scene) return;
    if (circle) {
      event.preventDefault();
      this.look(-1, Number(circle.dataset.circle), true);
    } else if (person) {
      this.look(Number(person.dataset.person), null, true);
    } else if (zoom) {
      if (zoom.dataset.zoom === "all") this.scene.fly(-1, null);
      else this.scene.step(0, 0, zoom.dataset.zoom === "in" ? 0.7 : 1.45);
    }
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.sheet || !this.scene) return;
    if (event.key === "0") this.scene.fly(-1, null);
    else if (STEPS[event.key]) this.scene.step(...STEPS[event.key]);
    else return;
    event.preventDefault();
  }

  filter() {
    const { net } = this;
    const kind = this.field("kind").value;
    const alive = ALIVE[this.field("alive").value];
    const when = this.time.all ? null : this.time.said;
    const wanted = net.about.kinds.indexOf(kind);
    const { first, last, step } = net.person;
    let shown = null;
    if (!kind && !alive && !when && !this.scene.shown) return this.keep();
    if (kind || alive || when) {
      shown = new Uint8Array(net.people);
      for (let n = 0; n < net.people; n += 1) {
        const fits = (!kind || net.person.kind[n] === wanted) && (!alive || (step[n] === 1 && net.person.alive[n] >= alive[0] && net.person.alive[n] < alive[1]));
        shown[n] = fits && (!when || (first[n] <= when.until && (!when.both || last[n] >= when.from))) ? 1 : 0;
      }
    }
    this.scene.show(shown, when ? [when.from, when.until, when.both] : [0, 65_535, false]);
    const many = shown ? shown.reduce((sum, flag) => sum + flag, 0) : 0;
    this.say(shown ? `${written(many)} of ${written(net.people)} people shown` : "");
    return this.keep();
  }

  field(name) {
    return this.form.querySelector(`[data-filter="${name}"]`);
  }

  get focused() {
    return this.scene.focus >= 0 || this.scene.circle !== null;
  }

  // Puts somebody or a circle in focus; neither lets go. there: whether to fly to them.
  look(person, circle, there = false) {
    this.scene.look(person, circle);
    if (there) this.scene.fly(person, circle);
    for (const link of this.querySelectorAll("[data-circle]")) {
      if (Number(link.dataset.circle) === circle) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.list(person, circle);
    this.show(person);
    this.keep();
  }

  // The card beside the map, as the server tells it, with those whom they know.
  async show(person) {
    this.beside.hidden = person < 0;
    if (person < 0) return;
    const answer = await fetch(`${this.dataset.card}${encodeURIComponent(this.net.ids[person])}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (this.scene.focus !== person) return;
    if (answer?.ok) this.beside.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
    else this.beside.textContent = "Nothing more could be told of them.";
    const known = this.net.around(person).slice(0, KNOWN);
    const list = document.createElement("ul");
    list.className = "items";
    list.append(...known.map(([other]) => this.entry(other)));
    const free = document.createElement("button");
    Object.assign(free, { className: "b", type: "button", textContent: "Let go" });
    free.addEventListener("click", () => this.look(-1, null));
    const nobody = Object.assign(document.createElement("p"), { className: "meta", textContent: "On this map nobody is known to know them." });
    this.beside.append(known.length ? list : nobody, free);
  }

  entry(person) {
    const entry = document.createElement("li");
    const button = document.createElement("button");
    Object.assign(button, { type: "button" });
    button.dataset.person = person;
    const name = document.createElement("bdi");
    name.textContent = this.net.names[person];
    button.append(name);
    entry.append(button);
    return entry;
  }

  // Who is in focus, as rows of the table.
  list(person, circle) {
    const section = this.querySelector("[data-focus]");
    const { net } = this;
    section.hidden = person < 0 && circle === null;
    if (section.hidden) return;
    const { shown } = this.scene;
    const all = (person >= 0 ? net.around(person).map(([other]) => other) : [...this.scene.lit.keys()]).filter((n) => !shown || shown[n]);
    const disc = net.about.circles.find((each) => each.place === circle);
    section.querySelector("[data-focus-of]").textContent = person >= 0 ? `whom ${net.names[person]} knows` : disc.name;
    section.querySelector("[data-focus-rows]").replaceChildren(...all.slice(0, LISTED).map((n) => this.row(n)));
    section.querySelector("[data-focus-more]").textContent = all.length > LISTED ? `The first ${LISTED} of ${written(all.length)}.` : "";
  }

  row(n) {
    const { kind, strength, alive, step } = this.net.person;
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    const link = document.createElement("a");
    Object.assign(link, { className: "plain", href: `/people/${encodeURIComponent(this.net.ids[n])}` });
    link.dataset.row = "";
    const name = document.createElement("bdi");
    name.textContent = this.net.names[n] || "Nobody by name";
    link.append(name);
    head.append(link);
    const mine = step[n] === 1;
    const cells = [this.net.about.kinds[kind[n]] || "you know of them", mine ? strength[n].toFixed(2) : "–", mine ? alive[n].toFixed(2) : "–"];
    row.append(head, ...cells.map((text, place) => Object.assign(document.createElement("td"), { textContent: text, className: place ? "num" : "" })));
    return row;
  }

  // Keeps in the address what is chosen here.
  keep() {
    const said = new URLSearchParams();
    const circle = this.net.about.circles.find((each) => each.place === this.scene.circle);
    if (this.scene.focus >= 0) said.set("person", this.net.ids[this.scene.focus]);
    if (circle) said.set("circle", circle.id);
    for (const name of ["kind", "alive"]) if (this.field(name).value) said.set(name, this.field(name).value);
    if (!this.time.all) said.set(this.time.span.value, this.time.day);
    this.kept = said.toString();
    history.replaceState(null, "", this.kept ? `#${this.kept}` : location.pathname + location.search);
  }

  // Does what the address says.
  recall() {
    const text = location.hash.slice(1);
    const asks = new URLSearchParams(location.search).get("circle");
    if (text === (this.kept ?? "") && !(asks && this.kept === undefined)) return;
    const said = new URLSearchParams(text);
    for (const name of ["kind", "alive"]) this.field(name).value = said.get(name) ?? "";
    const around = said.has("around");
    const day = Number(said.get("around") ?? said.get("until") ?? NaN);
    this.time.begin(...this.net.about.days, Number.isFinite(day) ? day : null, around);
    const person = this.net.at(said.get("person"));
    const asked = said.get("circle") ?? asks;
    const circle = this.net.about.circles.find((each) => each.id === asked)?.place ?? null;
    this.filter();
    if (person >= 0 || circle !== null) this.look(person, person >= 0 ? null : circle, true);
  }
}

customElements.define("people-map", PeopleMap);
