const { max, min, sqrt, PI, round } = Math;

// The value of a loss and its gradient by the logits `z`, for a label of probabilities `t`
function lossAndGradient(name, z, t, options) {
  const { terms, total } = losses[name], top = max(...z);
  const rest = log(z.reduce((s, v) => s + exp(v - top), 0)), l = z.map((v) => v - top - rest);
  const found = l.map((v, c) => terms(t[c], v, options));
  const sum = (i) => found.reduce((s, v) => s + (v[i] ?? 0), 0), a = sum(0), b = sum(2);
  const [value, byA, byB] = total ? total(a, b, options) : [a, 1, 0];
  const byL = found.map(([, d, , e = 0]) => byA * d + byB * e), all = byL.reduce((s, v) => s + v);
  return { value, gradient: byL.map((d, c) => d - exp(l[c]) * all) };
}

// Random numbers from 0 to 1 (mulberry32) and normal ones (Box and Muller), the same for a seed
const random = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const normal = (r) => sqrt(-2 * log(1 - r())) * Math.cos(2 * PI * r());

// A net: layers of n inputs and m outputs; each output has n weights and an offset in a row
const makeNet = (sizes, r) => sizes.slice(1).map((m, i) => {
  const n = sizes[i], zeros = () => new Float64Array(m * (n + 1));
  const w = zeros().map(() => normal(r) / (i ? sqrt(n) : 1));
  return { n, m, w, by: zeros(), mean: zeros(), square: zeros() };
});

// What each layer gets, and the logits
const forward = (net, x) => net.reduce((seen, { n, m, w }, i) => {
  const from = seen[i], to = [];
  for (let k = 0, row = 0; k < m; k++, row += n + 1) {
    let s = w[row + n];
    for (let j = 0; j < n; j++) s += w[row + j] * from[j];
    to.push(i < net.length - 1 ? Math.tanh(s) : s);
  }
  return [...seen, to];
}, [x]);
const predict = (net, x) => {
  const z = forward(net, x).at(-1), top = max(...z), e = z.map((v) => exp(v - top));
  return e.map((v) => v / e.reduce((s, v) => s + v));
};

// A step of Adam on all points, and the mean loss before it
function step({ net, name, options, alpha, tau, curve }, given) {
  const size = given.length, classes = [...Array(set.classes).keys()];
  const prior = classes.map((c) => given.filter((p) => p.label == c).length / size);
  const shift = prior.map((v) => tau && tau * log(v || .5 / size)); // for no point too: no NaN
  let mean = 0;
  for (const { by } of net) by.fill(0);
  for (const { x, y, label } of given) {
    const seen = forward(net, [x, y]), z = seen.at(-1).map((v, c) => v + shift[c]);
    const t = classes.map((c) => (c == label) * (1 - alpha) + alpha / set.classes);
    let { value, gradient } = lossAndGradient(name, z, t, options);
    mean += value / size;
    for (let i = net.length - 1; i >= 0; i--) {
      const { n, w, by } = net[i], from = seen[i], below = from.map(() => 0);
      gradient.forEach((d, k) => {
        const row = k * (n + 1);
        for (let j = 0; j < n; j++) {
          by[row + j] += d * from[j] / size;
          below[j] += d * w[row + j];
        }
        by[row + n] += d / size;
      });
      gradient = below.map((d, j) => d * (1 - from[j] ** 2));
    }
  }
  const at = curve.push(mean);
  for (const { w, by, mean: m, square: s } of net) by.forEach((d, i) => {
    m[i] += .1 * (d - m[i]);
    s[i] += .001 * (d * d - s[i]);
    w[i] -= set.rate * m[i] / (1 - .9 ** at) / (sqrt(s[i] / (1 - .999 ** at)) + 1e-8);
  });
}

// Points: k is the true class; the label is another where u is below the rate of wrong labels
const MOST = 200, STEPS = 500, set = {};  // what the knobs are at, by name
const sides = ["soft_label_cross_entropy_with_logits", "generalized_cross_entropy_with_logits"]
  .map((name) => ({ name, options: {}, alpha: 0, tau: 0 }));
const [left, right] = sides, steps = () => left.curve.length;
let seed = 1, points, unseen, chosen, drag, newClass = 0, until, running, frame, visible;
const inside = (v) => min(.97, max(-.97, v));
function newPoints() {
  const r = random(seed++), C = set.classes, draw = (i, k) => {
    const turn = PI * (.5 + 2 * k / C), near = (v) => inside(.45 * v + .28 * normal(r));
    const u = (.618 * i + k / C) % 1;  // spread evenly: each class has its part of wrong labels
    return { x: near(Math.cos(turn)), y: near(Math.sin(turn)), k, u, v: r(), i };
  };
  const all = (n) => Array.from({ length: n * C }, (_, at) => draw(~~(at / C), at % C));
  points = all(Math.ceil(MOST / C));
  unseen = all(100);
  chosen = null;
  newClass = 0;
  restart();
}
function shown() {
  const { classes: C, size, ratio, noise } = set;
  for (const p of points) p.label = p.u < noise ? (p.k + 1 + ~~(p.v * (C - 1))) % C : p.k;
  const most = (k) => max(1, ~~(size / C * ratio ** (-k / (C - 1))));
  return points.filter((p) => p.i < most(p.k)).slice(-MOST);
}
function restart() {
  for (const s of sides) {
    s.net = makeNet([2, 12, set.classes], random(7));
    s.curve = [];
  }
  until = STEPS;
  pick(shown().includes(chosen) ? chosen : null);
}

// The page, whose markup is train.html
const box = document.querySelector("#train"), find = (selector) => box.querySelector(selector);
const every = (selector) => [...box.querySelectorAll(selector)];
const make = (tag, properties, ...inner) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inner);
  return made;
};
const several = (n) => {
  const given = shown();
  for (let i = 0; i < n; i++) for (const s of sides) step(s, given);
  show();
};
find(".run").onclick = () => play(!running);
find(".step").onclick = () => several(1);
find(".steps").onclick = () => several(100);
find(".restart").onclick = restart;
find(".new").onclick = newPoints;
find(".remove").onclick = remove;
const swatches = every("b").map((b) => b.parentElement);
swatches.forEach((b, k) => { b.onclick = () => setClass(k); });

const units = { noise: (v) => `${round(100 * v)} %`, ratio: (v) => `${v} : 1` };
for (const input of every("[type=range]")) {
  const { name } = input;
  input.oninput = () => {
    set[name] = +input.value;
    input.nextSibling.value = (units[name] || String)(set[name]);
    if (points) (name == "classes" ? newPoints : restart)();
  };
  input.oninput();
}
const menu = (select, choices, value, act, said = String) => {
  select.append(...choices.map((c) => make("option", {}, said(c))));
  select.selectedIndex = choices.indexOf(value);
  select.onchange = () => act(choices[select.selectedIndex]);
  return select;
};
// A number goes where it belongs if it is one of those allowed; nothing is None
const number = (input, of, name, may) => {
  input.oninput = () => {
    const good = input.value ? input.checkValidity() || input.validity.stepMismatch : may;
    input.ariaInvalid = !good;
    if (good) change(of, name, input.value ? +input.value : null);
  };
  return input;
};
const change = (of, name, value) => {
  of[name] = value;
  restart();
};
for (const input of every("[type=number]")) number(input, right, input.name);
function choose(name) {
  const options = {};
  Object.assign(right, { name, options });
  find(".own").replaceChildren(...Object.entries(losses[name].options ?? {}).map(([key, of]) => {
    const { choices, value, min = "", max = "" } = of, step = max == 1 ? .05 : .5;
    options[key] = value;
    return make("label", {}, key, choices
      ? menu(make("select"), choices, value, (v) => change(options, key, v))
      : number(make("input", { type: "number", min, max, step, value }), options, key, value == null));
  }));
  restart();
}
const plain = (name) => name.replace(/(_loss)?_with_logits|soft_label_/g, "").replaceAll("_", " ");
function python({ name, options, alpha, tau }) {
  const words = { null: "None", true: "True", false: "False" };
  const given = Object.entries(options).map(([k, v]) => `, ${k}=${words[v] ?? JSON.stringify(v)}`);
  const labels = alpha ? `smooth_soft_labels(one_hot, ${alpha})` : "labels";
  return `${name}(logits${tau ? ` + ${tau}*prior.log()` : ""}, ${labels}${given.join("")})`;
}

// What is done to points, by pointer and by keyboard
const say = (text) => { find(".status").textContent = text; };
function play(on) {
  running = on;
  if (steps() >= until) until += STEPS;
  find(".run").textContent = on ? "Pause" : "Run";
  show();
}
function pick(point) {
  chosen = point;
  const all = shown(), { k, label, x, y } = point || {}, wrong = k == label ? "" : `, wrong label ${label + 1}`;
  say(point ? `Point ${all.indexOf(point) + 1} of ${all.length}: class ${k + 1}${wrong}, at ${x.toFixed(2)}, ${
    y.toFixed(2)}` : `${all.length} points`);
  show();
}
function add(x, y) {
  if (shown().length >= MOST) return say(`${MOST} points are the most.`);
  points.push({ x: inside(x), y: inside(y), k: newClass, u: 1, i: -1 });
  pick(points.at(-1));
}
function remove() {
  points = points.filter((p) => p != chosen);
  pick();
}
function setClass(k) {
  newClass = k;
  if (chosen) Object.assign(chosen, { k, u: 1 });
  pick(chosen);
}
function key(e) {
  const all = shown(), at = all.indexOf(chosen), far = e.shiftKey ? .1 : .02, name = e.key.toLowerCase();
  const turn = { n: 1, p: -1 }[name], class_ = name - 1;
  const arrow = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, 1], arrowdown: [0, -1] }[name];
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (turn) pick(all[at < 0 ? 0 : (at + turn + all.length) % all.length]);
  else if (arrow && chosen) {
    chosen.x = inside(chosen.x + far * arrow[0]);
    chosen.y = inside(chosen.y + far * arrow[1]);
    pick(chosen);
  } else if (name == "enter") add((chosen?.x ?? -.05) + .05, chosen?.y ?? 0);
  else if (name == "delete" || name == "backspace") remove();
  else if (class_ >= 0 && class_ < set.classes) setClass(class_);
  else if (name == "escape") pick();
  else return;
  e.preventDefault();
}

// Drawing, once a frame where something has changed
const rgb = (e, which) => getComputedStyle(e)[which].match(/[\d.]+/g).slice(0, 3);
const small = make("canvas", { width: 48, height: 48 });
function draw({ canvas, net }, all, colours, ground) {
  const size = round(canvas.clientWidth * devicePixelRatio);
  if (canvas.width != size) canvas.width = canvas.height = size;  // which clears it
  const g = canvas.getContext("2d"), s = small.getContext("2d");
  const image = s.createImageData(48, 48), unit = size / canvas.clientWidth;
  for (let i = 0; i < 48 * 48; i++) {
    const p = predict(net, [(i % 48 + .5) / 24 - 1, 1 - (~~(i / 48) + .5) / 24]);
    const tint = (old, j) => old - .5 * p.reduce((s, v, c) => s + v * (old - colours[c][j]), 0);
    image.data.set([...ground.map(tint), 255], 4 * i);
  }
  s.putImageData(image, 0, 0);
  g.drawImage(small, 0, 0, size, size);
  for (const p of [...all, chosen || []].flat()) {  // the one that is chosen on top
    const x = (1 + p.x) / 2 * size, y = (1 - p.y) / 2 * size, r = (3 * unit + size / 200) * (p == chosen ? 1.6 : 1);
    g.beginPath();
    const corners = [24, 4, 3][p.label];
    for (let i = 0; i < corners; i++) {
      const a = (i + (corners == 4) / 2) * 2 * PI / corners;
      g.lineTo(x + r * Math.sin(a), y - r * Math.cos(a));
    }
    g.closePath();
    const [own, edge] = [colours[p.label], ground].map((c) => `rgb(${c})`), wrong = p.label != p.k;
    g.fillStyle = wrong ? edge : own;
    g.strokeStyle = p == chosen ? getComputedStyle(box).color : wrong ? own : edge;
    g.lineWidth = (p == chosen ? 3 : wrong ? 2 : 1) * unit;
    g.fill();
    g.stroke();
  }
}
// How a net does: on the points that nobody trains on, and on those with wrong labels
function numbers({ net, curve }, all) {
  const mean = (v) => v.reduce((s, x) => s + x, 0) / v.length;
  const percent = (v) => v >= 0 ? `${round(100 * v)} %` : "–";
  const found = (some) => some.map((p) => ({ ...p, q: predict(net, [p.x, p.y]) }));
  const part = (some, of) => mean(some.map((p) => +(p.q[p[of]] == max(...p.q))));
  const fresh = found(unseen), each = [0, 1, 2].slice(0, set.classes);
  const by = each.map((k) => part(fresh.filter((p) => p.k == k), "k"));
  return { Loss: curve.length ? curve.at(-1).toFixed(3) : "–", Correct: percent(mean(by)),
    "By class": by.map((v) => round(100 * v)).join(" / "),
    Confidence: percent(mean(fresh.map((p) => max(...p.q)))),
    "Wrong learnt": percent(part(found(all.filter((p) => p.k != p.label)), "label")) };
}
function paint() {
  frame = 0;
  if (running && visible) {
    if (steps() < until) several(3);
    else play(false);
  }
  const all = shown(), colours = swatches.map((b) => rgb(b.firstChild, "color"));
  swatches.forEach((b, k) => {
    b.hidden = k >= set.classes;
    b.ariaPressed = k == (chosen?.k ?? newClass);
  });
  sides.forEach((s, at) => {
    draw(s, all, colours, rgb(document.body, "backgroundColor"));
    const low = min(0, ...s.curve), high = max(.1, ...s.curve), few = Math.ceil(steps() / 200);
    const line = s.curve.flatMap((v, i) => i % few ? [] :
      `${100 * i / max(until, steps())},${23 - 22 * (v - low) / (high - low)}`);
    s.figure.querySelector("path").setAttribute("d", line.length ? `M${line.join("L")}` : "");
    s.figure.children[0].textContent = `${["Left", "Right"][at]}: ${plain(s.name)}`;
    s.canvas.ariaLabel = `${s.figure.children[0].textContent}, ${all.length} points`;
    s.figure.children[3].replaceChildren(...Object.entries(numbers(s, all))
      .flatMap(([k, v]) => [make("dt", {}, k), make("dd", {}, v)]));
  });
  find(".count").textContent = `${steps()} steps`;
  find("code").textContent = python(right);
}
function show() { frame ||= requestAnimationFrame(paint); }

sides.forEach((s, at) => {
  s.figure = every("figure")[at];
  const canvas = s.canvas = s.figure.querySelector("canvas");
  const where = (e) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return [(e.clientX - left) / width * 2 - 1, 1 - (e.clientY - top) / width * 2, 24 / width];
  };
  const near = (e) => {
    const [x, y, reach] = where(e), away = (p) => Math.hypot(p.x - x, p.y - y);
    return shown().filter((p) => away(p) < reach).sort((a, b) => away(a) - away(b))[0];
  };
  canvas.onkeydown = key;
  canvas.onpointerdown = (e) => {
    drag = near(e);
    if (!drag) return;
    canvas.setPointerCapture(e.pointerId);
    pick(drag);
  };
  canvas.onpointermove = (e) => {
    if (!drag || !e.buttons) return;
    [drag.x, drag.y] = where(e).map(inside);
    pick(drag);
  };
  canvas.onclick = (e) => { if (!drag) add(...where(e)); };
  // A finger on a point moves it, elsewhere it scrolls the page
  canvas.addEventListener("touchstart", (e) => { if (near(e.touches[0])) e.preventDefault(); }, { passive: false });
  new ResizeObserver(show).observe(canvas);
});
new IntersectionObserver(([e]) => {
  visible = e.isIntersecting;
  show();
}).observe(box);
new MutationObserver(show).observe(document.documentElement, { attributes: true });
matchMedia("(prefers-color-scheme: dark)").onchange = show;
newPoints();
menu(find(".loss"), Object.keys(losses), right.name, choose, plain);
choose(right.name);
play(!matchMedia("(prefers-reduced-motion: reduce)").matches);
window.train = { losses, lossAndGradient, predict, sides, shown };  // for tests
