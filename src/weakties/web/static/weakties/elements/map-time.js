// The day up to which, or around which, people are shown: a slider over the months, which plays by itself. Tells `timed` with
// { from, until, both }: days since 1970, and whether a tie must lie between the two rather than begin before the second.

const MONTH = 30.4375;
const AROUND = 183;
const TICK_MS = 160;
const DAY_MS = 86_400_000;

class MapTime extends HTMLElement {
  connectedCallback() {
    this.slider = this.querySelector("[data-until]");
    this.play = this.querySelector("[data-play]");
    this.span = this.querySelector("[data-span]");
    this.says = this.querySelector("[data-day]");
    this.slider.addEventListener("input", () => this.moved());
    this.span.addEventListener("change", () => this.moved());
    this.play.addEventListener("click", () => this.toggle());
  }

  disconnectedCallback() {
    this.stop();
  }

  // first, today: days since 1970; day: to begin with, null for today.
  begin(first, today, day, around) {
    Object.assign(this, { first, today });
    this.slider.max = Math.max(1, Math.ceil((today - first) / MONTH));
    this.slider.value = day === null ? this.slider.max : Math.round((day - first) / MONTH);
    this.span.value = around ? "around" : "until";
    this.say();
  }

  get day() {
    return Math.min(this.today, Math.round(this.first + Number(this.slider.value) * MONTH));
  }

  // Whether nothing is left out: everybody known by today.
  get all() {
    return this.day >= this.today && this.span.value === "until";
  }

  get said() {
    const both = this.span.value === "around";
    return both ? { from: this.day - AROUND, until: this.day + AROUND, both } : { from: 0, until: this.day, both };
  }

  say() {
    const text = this.day >= this.today ? "today" : new Date(this.day * DAY_MS).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
    this.says.textContent = text;
    this.slider.setAttribute("aria-valuetext", text);
  }

  moved() {
    this.say();
    this.dispatchEvent(new CustomEvent("timed", { bubbles: true, detail: this.all ? null : this.said }));
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.day >= this.today) this.slider.value = 0;
    this.play.textContent = "Pause";
    this.play.setAttribute("aria-pressed", "true");
    // Whoever asks for less motion is shown a year at a time.
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = calm ? 12 : 1;
    this.timer = setInterval(() => {
      this.slider.value = Number(this.slider.value) + step;
      this.moved();
      if (this.day >= this.today) this.stop();
    }, calm ? TICK_MS * 8 : TICK_MS);
    return undefined;
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
    this.play.setAttribute("aria-pressed", "false");
  }
}

customElements.define("map-time", MapTime);
