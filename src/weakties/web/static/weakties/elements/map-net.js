// The network in the browser: frames of a stream become columns of numbers; who knows whom; names to look through.
// A frame: two whole numbers (bytes of its head and of its columns), a head in JSON, the columns one after the other.

const KINDS = { i2: Int16Array, u2: Uint16Array, u1: Uint8Array };
const PEOPLE = ["x", "y", "circle", "kind", "strength", "alive", "step", "first", "last"];
const TIES = ["a", "b", "how", "weight", "first", "last"];

// Yields { head, columns } as they come in. Throws where the server says no.
async function* frames(address, signal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const reader = answer.body.getReader();
  let have = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const more = new Uint8Array(have.length + value.length);
    more.set(have);
    more.set(value, have.length);
    have = more;
    for (let size = sizeOf(have); size && have.length >= size.all; size = sizeOf(have)) {
      yield taken(have, size);
      have = have.subarray(size.all);
    }
  }
}

function sizeOf(bytes) {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const head = view.getUint32(0, true);
  return { head, all: 8 + head + view.getUint32(4, true) };
}

function taken(bytes, size) {
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size.head)));
  const columns = {};
  let at = 8 + size.head;
  for (const [name, kind] of head.columns) {
    const Kind = KINDS[kind];
    const wide = head.n * Kind.BYTES_PER_ELEMENT;
    columns[name] = new Kind(bytes.slice(at, at + wide).buffer);
    at += wide;
  }
  return { head, columns };
}

export function folded(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").trim();
}

export class Net {
  constructor(about) {
    Object.assign(this, { about, ids: [], names: [], people: 0, ties: 0 });
    this.person = {};
    this.tie = {};
    for (const name of PEOPLE) this.person[name] = new Float32Array(about.people);
    for (const name of TIES) this.tie[name] = new Uint16Array(about.ties);
  }

  // Reads a network; tells each part as it comes: told(net, "about" | "people" | "ties" | "end").
  static async read(address, signal, told) {
    let net = null;
    for await (const { head, columns } of frames(address, signal)) {
      if (head.what === "about") net = new Net(head);
      else net.take(head, columns);
      await told(net, head.what);
    }
    return net;
  }

  take(head, columns) {
    const into = head.what === "people" ? this.person : this.tie;
    for (const [name, column] of Object.entries(columns)) into[name].set(column, head.from);
    if (head.what === "people") {
      this.ids.push(...head.ids);
      this.names.push(...head.names);
      this.people = head.from + head.n;
      for (let n = head.from; n < this.people; n += 1) {
        for (const at of ["x", "y"]) this.person[at][n] /= this.about.place;
        for (const share of ["strength", "alive"]) this.person[share][n] /= this.about.share;
      }
    } else if (head.what === "ties") {
      this.ties = head.from + head.n;
    }
  }

  // Who knows somebody, those that hold most first: [[person, number of the tie], ...].
  around(person) {
    this.beside ??= this.sides();
    const { begins, others, which } = this.beside;
    const found = [];
    for (let at = begins[person]; at < begins[person + 1]; at += 1) found.push([others[at], which[at]]);
    return found.sort((one, other) => this.tie.weight[other[1]] - this.tie.weight[one[1]]);
  }

  sides() {
    const { a, b } = this.tie;
    const begins = new Uint32Array(this.people + 1);
    for (let n = 0; n < this.ties; n += 1) {
      begins[a[n] + 1] += 1;
      begins[b[n] + 1] += 1;
    }
    for (let n = 0; n < this.people; n += 1) begins[n + 1] += begins[n];
    const next = begins.slice();
    const others = new Uint32Array(2 * this.ties);
    const which = new Uint32Array(2 * this.ties);
    for (let n = 0; n < this.ties; n += 1) {
      for (const [one, other] of [[a[n], b[n]], [b[n], a[n]]]) {
        others[next[one]] = other;
        which[next[one]] = n;
        next[one] += 1;
      }
    }
    return { begins, others, which };
  }

  // The people whose names contain a text, the nearest first; those with a word that begins so come before others.
  find(text, most) {
    const wanted = folded(text);
    if (!wanted) return [];
    this.texts ??= this.names.map(folded);
    const begin = [];
    const inside = [];
    for (let n = 0; n < this.people && begin.length < most; n += 1) {
      const at = this.texts[n].indexOf(wanted);
      if (at >= 0) (at === 0 || this.texts[n][at - 1] === " " ? begin : inside).push(n);
    }
    return [...begin, ...inside].slice(0, most);
  }

  at(id) {
    this.numbers ??= new Map(this.ids.map((each, n) => [each, n]));
    return this.numbers.get(id) ?? -1;
  }
}
