// The drawing of the map: people by sigma, the ties, circles and names on canvases below and above them.
// It knows columns and what is in focus; where that comes from is the element's matter.

import { Ink, hex, label, names, patches, spokes } from "./map-ink.js";
import { Ties } from "./map-ties.js";

// So many ties are drawn of the whole map, those that hold most, and the more the nearer one comes: more would be one grey patch.
// Fewer while the map moves; it has come to rest after so many milliseconds.
const TIES = 15_000;
const MOVING = 5_000;
const REST_MS = 160;
// From this nearness on people bear their names.
const NEAR = 0.55;
const SPOKES = 400;
const NAMED = 14;
const FLIGHT_MS = 420;

// Whether there is something to draw with; whether the browser then draws is known when it is asked to.
export function canDraw() {
  return Boolean(window.Sigma && window.graphology && window.WebGL2RenderingContext);
}

export class Scene {
  // stage: where to draw; told: what to call: pick(person or -1, circle or null), ties(how many are drawn).
  constructor(stage, net, told) {
    Object.assign(this, { stage, net, told, shown: null, lit: null, focus: -1, over: -1, circle: null, taken: [], when: [0, 65_535, false] });
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.ink = new Ink(stage.parentElement);
    this.renderer = new window.Sigma(this.graph(), stage, this.settings());
    const [left, right, low, high] = net.about.bounds;
    this.renderer.setCustomBBox({ x: [left, right], y: [low, high] });
    for (const name of ["patches", "ties", "spokes"]) {
      if (name === "ties") this.renderer.createCanvas(name, { beforeLayer: "edges" });
      else this.renderer.createCanvasContext(name, { beforeLayer: "edges" });
    }
    this.renderer.createCanvasContext("names", { beforeLayer: "mouse" });
    this.renderer.resize(true);
    const canvases = this.renderer.getCanvases();
    for (const canvas of Object.values(canvases)) canvas.setAttribute("aria-hidden", "true");
    this.brush = Object.fromEntries(["patches", "spokes", "names"].map((name) => [name, canvases[name].getContext("2d")]));
    this.ties = new Ties(canvases.ties);
    this.listen();
  }

  settings() {
    const calm = this.calm.matches;
    return {
      allowInvalidContainer: true,
      // Points are drawn as one corner each; sigma's usual three, one after the other, take a software renderer twenty times as long.
      nodeProgramClasses: { circle: window.Sigma.rendering.NodePointProgram },
      enableCameraRotation: false,
      labelDensity: 0.7,
      labelGridCellSize: 110,
      labelRenderedSizeThreshold: 2.5,
      stagePadding: 26,
      minCameraRatio: 0.01,
      maxCameraRatio: 1.5,
      zoomDuration: calm ? 1 : 200,
      inertiaDuration: calm ? 1 : 200,
      nodeReducer: (key, data) => this.person(Number(key), data),
      defaultDrawNodeLabel: (brush, data) => {
        if (!data.label || (!data.forceLabel && this.renderer?.getCamera().ratio > NEAR)) return;
        label(brush, this.ink, data, { bold: data.forceLabel && Number(data.key) === this.focus, taken: this.taken });
      },
      defaultDrawNodeHover: (brush, data) => label(brush, this.ink, { ...data, label: this.net.names[Number(data.key)] }, { bold: true, taken: [] }),
    };
  }

  listen() {
    const { renderer } = this;
    renderer.on("enterNode", ({ node }) => this.hover(Number(node)));
    renderer.on("leaveNode", () => this.hover(-1));
    renderer.on("clickNode", ({ node }) => this.told.pick(Number(node), null));
    renderer.on("clickStage", ({ event }) => this.told.pick(-1, this.circleAt(event)));
    renderer.on("beforeRender", () => { this.taken = []; });
    renderer.on("afterRender", () => this.drawn());
    renderer.getCamera().on("updated", () => {
      this.moving = true;
      clearTimeout(this.rest);
      this.rest = setTimeout(() => {
        this.moving = false;
        this.renderer.scheduleRender();
      }, REST_MS);
    });
    const again = () => this.inked();
    for (const ask of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) matchMedia(ask).addEventListener("change", again);
    this.watch = new ResizeObserver(() => {
      renderer.resize();
      renderer.scheduleRender();
    });
    this.watch.observe(this.stage);
  }

  stop() {
    this.watch.disconnect();
    this.renderer.kill();
  }

  // People as sigma wants them: a graph without ties, which are drawn from their columns.
  graph() {
    const { net } = this;
    const graph = new window.graphology.Graph({ type: "undirected", multi: false });
    const { width, height } = this.stage.getBoundingClientRect();
    const scale = Math.min(1.5, Math.max(0.42, Math.sqrt((width * height) / Math.max(1, net.about.people)) / 24));
    const { x, y, strength, step } = net.person;
    for (let n = 0; n < net.people; n += 1) {
      const size = scale * (step[n] === 1 ? 2.2 + 5 * strength[n] : 1.5);
      graph.addNode(String(n), { x: x[n], y: y[n], size, color: this.colour(n), label: net.names[n] });
    }
    return graph;
  }

  colour(n) {
    const { circle, alive, step } = this.net.person;
    if (step[n] !== 1) return hex(this.ink["line-3"]);
    return this.ink.person(circle[n], alive[n] >= 0.6 ? 0 : alive[n] >= 0.3 ? 0.25 : 0.5);
  }

  // What sigma draws of somebody now.
  person(n, data) {
    if (this.shown && !this.shown[n]) return { ...data, hidden: true };
    if (!this.lit) return data;
    if (!this.lit.has(n)) return { ...data, color: hex(this.ink.line), label: "" };
    return { ...data, forceLabel: this.lit.get(n) < NAMED };
  }

  people() {
    this.renderer.setGraph(this.graph());
  }

  tied() {
    this.ties.take(this.net);
    if (this.shown) this.ties.show(this.net, this.shown);
    this.renderer.scheduleRender();
  }

  // Shows only some. shown: a flag for each person, null for all; when: [from, until, whether both count].
  show(shown, when) {
    this.shown = shown;
    this.when = when;
    this.ties.show(this.net, shown);
    this.renderer.refresh({ skipIndexation: true });
  }

  hover(person) {
    this.over = person;
    this.stage.classList.toggle("over", person >= 0);
    this.renderer.scheduleRender();
  }

  // Puts a person or a circle in focus; neither lets go.
  look(person, circle) {
    this.focus = person;
    this.circle = circle;
    this.lit = null;
    if (person >= 0) this.lit = new Map([[person, 0], ...this.net.around(person).map(([other], n) => [other, n + 1])]);
    else if (circle !== null) {
      const near = [];
      for (let n = 0; n < this.net.people; n += 1) if (this.net.person.circle[n] === circle) near.push(n);
      this.lit = new Map(near.map((n, rank) => [n, rank]));
    }
    this.renderer.refresh({ skipIndexation: true });
  }

  inked() {
    this.ink.read();
    this.renderer.getGraph().updateEachNodeAttributes((key, said) => ({ ...said, color: this.colour(Number(key)) }), { attributes: ["color"] });
    this.renderer.refresh({ skipIndexation: true });
  }

  drawn() {
    const { renderer, net, ink } = this;
    const { width: wide, height: tall } = renderer.getDimensions();
    const at = (place) => renderer.graphToViewport(place);
    const { ratio } = renderer.getCamera();
    for (const brush of Object.values(this.brush)) brush.clearRect(0, 0, wide, tall);
    patches(this.brush.patches, ink, net.about.circles, at, this.circle);
    const most = Math.min(net.ties, Math.round((this.moving ? MOVING : TIES) / (ratio * ratio)));
    const faint = Math.min(0.5, Math.max(0.07, 12 / Math.sqrt(Math.max(1, most * ratio)))) * (this.lit ? 0.3 : 1);
    if (!this.moving) this.told.ties(Math.min(most, net.ties));
    this.ties.draw({ at, wide, tall, dense: window.devicePixelRatio || 1, colour: ink["ink-3"], faint, when: this.when, most });
    const about = this.over >= 0 ? this.over : this.focus;
    if (about >= 0) spokes(this.brush.spokes, ink, this.lines(about), at);
    names(this.brush.names, ink, net.about.circles, at, { ratio, wide, tall, lit: this.focus >= 0 ? -1 : this.circle });
  }

  lines(person) {
    const { x, y } = this.net.person;
    const { weight, how } = this.net.tie;
    const place = (n) => ({ x: x[n], y: y[n] });
    const known = this.net.around(person).filter(([other]) => !this.shown || this.shown[other]).slice(0, SPOKES);
    return known.map(([other, tie]) => [place(person), place(other), weight[tie] / this.net.about.share, how[tie] === 2]);
  }

  circleAt({ x, y }) {
    const place = this.renderer.viewportToGraph({ x, y });
    return this.net.about.circles.find((circle) => Math.hypot(circle.x - place.x, circle.y - place.y) <= circle.r)?.place ?? null;
  }

  // Flies to somebody, or so that a circle fills the map; `whole` shows all of it.
  fly(person, circle) {
    const camera = this.renderer.getCamera();
    const { x, y } = this.net.person;
    const disc = circle === null ? null : this.net.about.circles.find((each) => each.place === circle);
    if (person < 0 && !disc) return this.move({ x: 0.5, y: 0.5, ratio: 1 });
    const place = disc ?? { x: x[person], y: y[person] };
    const there = this.renderer.viewportToFramedGraph(this.renderer.graphToViewport(place));
    if (!disc) return this.move({ ...there, ratio: Math.min(camera.ratio, 0.22) });
    const { width, height } = this.renderer.getDimensions();
    const far = Math.abs(this.renderer.graphToViewport({ x: disc.x + disc.r, y: disc.y }).x - this.renderer.graphToViewport(disc).x);
    return this.move({ ...there, ratio: Math.min(1, (camera.ratio * 2.5 * far) / Math.min(width, height)) });
  }

  move(to) {
    const camera = this.renderer.getCamera();
    if (this.calm.matches) camera.setState(to);
    else camera.animate(to, { duration: FLIGHT_MS });
  }

  // Moves by a part of what is to be seen, or comes nearer (below 1) or goes farther.
  step(right, up, nearer) {
    const { x, y, ratio } = this.renderer.getCamera().getState();
    const next = Math.min(1.5, Math.max(0.01, ratio * nearer));
    this.move({ x: x + right * ratio * 0.2, y: y + up * ratio * 0.2, ratio: next });
  }
}
