// The colours of the map, read from the style sheet, so that light, dark and more contrast are followed; and what is drawn by them
// on plain canvases: the circles as patches, their names, a person's own ties.

const CIRCLES = 8;
const LINE = 1.3;

export class Ink {
  constructor(element) {
    this.probe = document.createElement("span");
    this.probe.hidden = true;
    element.append(this.probe);
    this.read();
  }

  read() {
    this.circles = [];
    for (let n = 1; n <= CIRCLES; n += 1) this.circles.push(this.of(`--c-${n}`));
    for (const name of ["ink", "ink-2", "ink-3", "line", "line-2", "line-3", "surface", "raised", "focus"]) this[name] = this.of(`--${name}`);
    const style = getComputedStyle(this.probe);
    this.sans = style.getPropertyValue("--sans");
    this.serif = style.getPropertyValue("--serif");
    this.kept = new Map();
  }

  // Returns [red, green, blue] of a colour of the style sheet, whatever it is said as.
  of(name) {
    this.probe.style.color = `var(${name})`;
    const said = getComputedStyle(this.probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    return getComputedStyle(this.probe).color.startsWith("color(") ? said.map((part) => part * 255) : said;
  }

  circle(place) {
    return place >= 0 && place < CIRCLES ? this.circles[place] : this["ink-3"];
  }

  // Somebody's colour: of their circle, mixed with the ground the more the paler.
  person(place, pale) {
    const key = place < CIRCLES ? place * 16 + pale * 8 : -1000 + pale * 8;
    if (!this.kept.has(key)) this.kept.set(key, hex(this.mixed(this.circle(place), pale)));
    return this.kept.get(key);
  }

  mixed(colour, pale) {
    return colour.map((part, n) => part + (this.surface[n] - part) * pale);
  }
}

export function hex(colour) {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function rgba(colour, alpha) {
  return `rgba(${colour.map(Math.round).join(",")},${alpha})`;
}

// Circles as patches. at: where a place lies on the screen; lit: the place in the list of the one in focus, or null.
export function patches(brush, ink, circles, at, lit) {
  for (const circle of circles) {
    const middle = at(circle);
    const far = Math.abs(at({ x: circle.x + circle.r, y: circle.y }).x - middle.x);
    brush.beginPath();
    brush.arc(middle.x, middle.y, far, 0, 7);
    brush.fillStyle = rgba(ink.circle(circle.place), lit === circle.place ? 0.24 : lit === null ? 0.13 : 0.06);
    brush.fill();
  }
}

// Returns a name in one line or, where it is wider than its room, in two; what has no room there either ends in dots.
function lines(brush, name, room) {
  const wide = (text) => brush.measureText(text).width;
  if (wide(name) <= room) return [name];
  const words = name.split(" ");
  const ways = words.slice(1).map((_, n) => [words.slice(0, n + 1).join(" "), words.slice(n + 1).join(" ")]);
  const best = ways.sort((one, other) => Math.max(...one.map(wide)) - Math.max(...other.map(wide)))[0] ?? [name];
  return best.map((text) => {
    let kept = [...text];
    while (kept.length > 3 && wide(`${kept.join("")}…`) > room * 1.15) kept = kept.slice(0, -1);
    return kept.length < [...text].length ? `${kept.join("").trim()}…` : text;
  });
}

// Names of circles, the largest first, none over another; they give way as one comes near. ratio: of the camera, 1 for the whole map.
export function names(brush, ink, circles, at, { ratio, wide, tall, lit }) {
  const taken = [];
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  brush.lineJoin = "round";
  for (const circle of circles) {
    const middle = at(circle);
    const far = Math.abs(at({ x: circle.x + circle.r, y: circle.y }).x - middle.x);
    const away = middle.x + far < 0 || middle.x - far > wide || middle.y + far < 0 || middle.y - far > tall;
    if (away || (lit !== null && lit !== circle.place) || (far < 5 && lit === null)) continue;
    const size = Math.round(Math.min(17, Math.max(11.5, 9 + far / 9)));
    brush.font = `500 ${size}px ${ink.serif}`;
    const told = lines(brush, circle.name, Math.max(84, 2 * far));
    const half = Math.max(...told.map((text) => brush.measureText(text).width)) / 2 + 3;
    const high = told.length * size * LINE;
    // Near by, a name stands at the upper rim of its circle, where it hides nobody.
    const y = ratio < 0.6 ? Math.max(middle.y - far - high / 2, Math.min(high, middle.y)) : middle.y;
    const x = Math.min(Math.max(middle.x, half), wide - half);
    const box = [x - half, y - high / 2, x + half, y + high / 2];
    if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
    taken.push(box);
    brush.strokeStyle = rgba(ink.surface, 0.86);
    brush.fillStyle = hex(ink.ink);
    brush.lineWidth = 4;
    for (const [n, text] of told.entries()) {
      const line = y + (n - (told.length - 1) / 2) * size * LINE;
      brush.strokeText(text, x, line);
      brush.fillText(text, x, line);
    }
  }
}

// Somebody's own ties as lines whose width says how much they hold. lines: [[from, to, share, inferred], ...], places of the map.
export function spokes(brush, ink, lines, at) {
  brush.lineCap = "round";
  brush.strokeStyle = rgba(ink["ink-2"], 0.75);
  for (const [from, to, share, inferred] of lines) {
    const [one, other] = [at(from), at(to)];
    brush.lineWidth = 1 + 3.5 * share;
    brush.setLineDash(inferred ? [4, 5] : []);
    brush.beginPath();
    brush.moveTo(one.x, one.y);
    brush.lineTo(other.x, other.y);
    brush.stroke();
  }
  brush.setLineDash([]);
}

// A name beside its person, with the ground around it so that it can be read over lines. bold: who is in focus, named in any case;
// taken: where names stand already, over which no other is written.
export function label(brush, ink, { label: text, x, y, size }, { bold, taken }) {
  brush.font = `${bold ? 600 : 400} ${bold ? 14 : 12.5}px ${ink.sans}`;
  const box = [x + size + 2, y - 8, x + size + 6 + brush.measureText(text).width, y + 8];
  if (!bold && taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return;
  taken.push(box);
  brush.textAlign = "left";
  brush.textBaseline = "middle";
  brush.lineJoin = "round";
  brush.strokeStyle = rgba(ink.surface, 0.9);
  brush.lineWidth = 3.5;
  brush.strokeText(text, x + size + 4, y);
  brush.fillStyle = hex(ink.ink);
  brush.fillText(text, x + size + 4, y);
}
