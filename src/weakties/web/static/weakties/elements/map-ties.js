// Ties as lines, drawn by the graphics card from columns: a hundred thousand of them, with the day and the ink as numbers that
// change without touching the columns. They lie on a canvas of their own between the circles and the people.

const BYTES = 20;
const CORNERS = `
attribute vec2 place; attribute float along; attribute vec3 said; attribute vec2 days; attribute float shown;
uniform vec2 middle, right, up; uniform vec3 when; uniform vec2 ink;
varying float faint; varying float far; varying float dashed;
void main() {
  bool there = shown > 0.5 && days.x <= when.y && (when.z < 0.5 || (days.x <= when.y && days.y >= when.x));
  gl_Position = there ? vec4(middle + place.x * right + place.y * up, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  faint = ink.x * (0.3 + 0.7 * said.x);
  far = along * ink.y;
  dashed = said.y * 255.0 > 1.5 ? 1.0 : 0.0;
}`;
const DOTS = `
precision mediump float;
uniform vec3 colour; varying float faint; varying float far; varying float dashed;
void main() {
  if (dashed > 0.5 && mod(far, 6.0) > 3.0) discard;
  gl_FragColor = vec4(colour * faint, faint);
}`;

export class Ties {
  // canvas: that lies below the people; throws where it cannot draw.
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl", { antialias: false, depth: false, premultipliedAlpha: true });
    if (!this.gl) throw new Error("WebGL is missing");
    this.many = 0;
    this.made();
  }

  made() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, CORNERS], [gl.FRAGMENT_SHADER, DOTS]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    const names = { at: ["place", "along", "said", "days", "shown"], as: ["middle", "right", "up", "when", "ink", "colour"] };
    this.at = Object.fromEntries(names.at.map((name) => [name, gl.getAttribLocation(program, name)]));
    this.as = Object.fromEntries(names.as.map((name) => [name, gl.getUniformLocation(program, name)]));
    this.columns = gl.createBuffer();
    this.flags = gl.createBuffer();
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  // Takes all ties that came in so far.
  take(net) {
    const { gl } = this;
    const { x, y } = net.person;
    const { a, b, weight, how, first, last } = net.tie;
    const bytes = new ArrayBuffer(2 * net.ties * BYTES);
    const [wide, small, whole] = [new Float32Array(bytes), new Uint8Array(bytes), new Uint16Array(bytes)];
    for (let n = 0, end = 0; n < net.ties; n += 1) {
      const [one, other] = [a[n], b[n]];
      const long = Math.hypot(x[one] - x[other], y[one] - y[other]);
      for (const person of [one, other]) {
        const at = end * BYTES;
        wide[at / 4] = x[person];
        wide[at / 4 + 1] = y[person];
        wide[at / 4 + 2] = person === one ? 0 : long;
        small[at + 12] = weight[n];
        small[at + 13] = how[n];
        whole[at / 2 + 8] = first[n];
        whole[at / 2 + 9] = last[n];
        end += 1;
      }
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.columns);
    gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.STATIC_DRAW);
    const { at } = this;
    const parts = [[at.place, 2, gl.FLOAT, false, 0], [at.along, 1, gl.FLOAT, false, 8], [at.said, 3, gl.UNSIGNED_BYTE, true, 12],
      [at.days, 2, gl.UNSIGNED_SHORT, false, 16]];
    for (const [place, many, kind, share, from] of parts) {
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, many, kind, share, BYTES, from);
    }
    this.many = net.ties;
    this.show(net, null);
  }

  // Shows the ties whose two people are both shown. shown: a flag for each person, null for all.
  show(net, shown) {
    const { gl } = this;
    const { a, b } = net.tie;
    const flags = new Uint8Array(2 * this.many).fill(1);
    if (shown) for (let n = 0; n < this.many; n += 1) flags[2 * n] = flags[2 * n + 1] = shown[a[n]] & shown[b[n]];
    gl.bindBuffer(gl.ARRAY_BUFFER, this.flags);
    gl.bufferData(gl.ARRAY_BUFFER, flags, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(this.at.shown);
    gl.vertexAttribPointer(this.at.shown, 1, gl.UNSIGNED_BYTE, false, 1, 0);
  }

  // Draws the first `most` ties. at: where a place of the map lies on the screen; when: [from, until, whether both count].
  draw({ at, wide, tall, dense, colour, faint, when, most }) {
    const { gl, canvas, as } = this;
    if (canvas.width !== wide * dense || canvas.height !== tall * dense) {
      canvas.width = wide * dense;
      canvas.height = tall * dense;
    }
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.many) return;
    const clip = ({ x, y }) => [(2 * x) / wide - 1, 1 - (2 * y) / tall];
    const [middle, right, up] = [at({ x: 0, y: 0 }), at({ x: 1, y: 0 }), at({ x: 0, y: 1 })];
    const [zero, one, two] = [middle, right, up].map(clip);
    gl.uniform2fv(as.middle, zero);
    gl.uniform2f(as.right, one[0] - zero[0], one[1] - zero[1]);
    gl.uniform2f(as.up, two[0] - zero[0], two[1] - zero[1]);
    gl.uniform3f(as.when, when[0], when[1], when[2] ? 1 : 0);
    gl.uniform2f(as.ink, faint, right.x - middle.x);
    gl.uniform3fv(as.colour, colour.map((part) => part / 255));
    gl.drawArrays(gl.LINES, 0, 2 * Math.min(this.many, most));
  }
}
