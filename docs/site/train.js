// Written by tools/docs_train.py: the losses from their rules, then tools/site/train.js
"use strict";
const { exp, expm1, log, abs: absolute } = Math;
{
function cross_entropy_rule(t,l){
return [-t*l,-t];
}
function brier_rule(t,l){
let p=exp(l);
return [(p - t)*(p - t),2*p*(p - t)];
}
function mae_rule(t,l){
let p=exp(l);
let d=p - t;
return [absolute(d),d>0?p:d<0?-p:0];
}
function penalty_rule(t,l){
let p=exp(l);
return [-t*l,-t,-p*l,-p*(l+1)];
}
function joined(a,b,{beta,threshold}){
if (threshold===null) return [a - beta*b,1,-beta];
let short=threshold - b;
return [a+(short>0?beta*short:0),1,short>0?-beta:0*short];
}
function focal_rule(t,l,{gamma,soft}){
let p=exp(l);
if (soft==="surprise") return [-t*l,-t,0,0];
if (soft==="overlap") return [-t*l,-t,-t*expm1(l),-t*p];
let towards;
if (soft==="distance"){
towards=p>t?p:p<t?-p:0;
return [-t*l,-t,absolute(p - t)/2,towards/2];
}
let missing=-expm1(l);
let slope,some,w;
if (gamma===0) [w,slope]=[1,0];
else if (gamma===2) [w,slope]=[missing*missing,2*missing];
else{
some=missing>0?missing:1;
w=missing>0?exp(gamma*log(some)):0;
slope=gamma*w/some;
}
return [-t*w*l,-t*(w - slope*p*l),0,0];
}
function focus(a,b,{gamma,soft}){
if (soft==="average"||gamma===0) return [a,1,0];
let missing=soft==="surprise"?-expm1(-a):b;
let some=missing>0?missing:1;
let w=missing>0?exp(gamma*log(some)):0;
let slope=gamma*w/some*a;
if (soft==="surprise") return [w*a,w+slope*exp(-a),0];
return [w*a,w,slope];
}
function power_rule(t,l,{q,soft}){
if (soft==="surprise"||q<=1e-20) return [-t*l,-t,0,0];
return [-t*expm1(q*l)/q,-t*exp(q*l),0,0];
}
function power_total(a,b,{q,soft}){
if (soft==="average"||q<=1e-20) return [a,1,0];
return [-expm1(-q*a)/q,exp(-q*a),0];
}
function mixture_rule(t,l,{pi}){
let p=exp(l);
let outside;
if (pi===1){
outside=t>0?0:p;
return [outside,outside,0,0];
}
let log_t=log(t>0?t:1);
let alike,near,u;
if (pi<1e-20){
u=t>0?log_t - l:0;
near=t*u*u/2*(1 - u/3*(1 - u/4*(1 - u/5*(1 - u/6*(1 - u/7)))));
alike=absolute(u)<1/32&&t>0;
return [alike?near:t*u - t+p,-t,0,0];
}
let m=pi*t+(1 - pi)*p;
m=m>1e-37?m:1;
let d=(t - p)/m;
let [a,b]=[(1 - pi)*d,-pi*d];
let [t_m,p_m]=[1+a,1+b];
let log_t_m=log(t_m>0?t_m:1)*a/(t_m===1?1:t_m - 1);
log_t_m=t_m===1?a:log_t_m;
let log_p_m=log(p_m>0?p_m:1)*b/(p_m===1?1:p_m - 1);
log_p_m=b<-0.5?l - log(m):p_m===1?b:log_p_m;
let v=1 - pi;
let [skew,kurt]=[v - pi,1 - 3*pi*v];
near=m*pi*v*d*d*(1/2 - d*(skew/6 - d*(kurt/12 - d*skew*(1 - 2*pi*v)/20)));
let of_p=v*(p>0?p*log_p_m:0);
return [absolute(d)<1/32?near:pi*t*log_t_m+of_p,of_p,0,0];
}
function scaled(a,b,{pi}){
if (pi===1||pi<1e-20) return [a,1,0];
let w=0*a+1 - pi;
let s=w===1?pi:log(w)*pi/(w===1?1:w - 1);
return [a/(w*s),1/(w*s),0];
}
function part_rule(t,l){
let possible=l>-1e+38;
return [-t*l,-t,possible?-l:0,possible?-1:0*t];
}
function quotient(a,b){
let some=b>0?b:1;
let lost=a>1e+30;
let whole=lost?0:a;
return [lost?1:whole/some,lost?0:1/some,-whole/some/some];
}
function focal_part_rule(t,l,{gamma}){
let possible=l>-1e+38;
let [p,known,missing]=[exp(l),possible?l:0,-expm1(l)];
let slope,some,w;
if (gamma===0) [w,slope]=[1,0];
else{
some=missing>0?missing:1;
w=missing>0?exp(gamma*log(some)):0;
slope=gamma*w/some;
}
let by_l=slope*p*known - w;
return [-t*w*l,t*by_l,-w*known,possible?by_l:0];
}
function poly1_rule(t,l,{epsilon,soft}){
if (soft==="surprise") return [-t*l,-t,0,0];
return [-t*(l+epsilon*expm1(l)),-t*(1+epsilon*exp(l)),0,0];
}
function poly1_total(a,b,{epsilon,soft}){
if (soft==="average") return [a,1,0];
return [a - epsilon*expm1(-a),1+epsilon*exp(-a),0];
}
function soft_bootstrapping_rule(t,l,{beta,detach}){
let own=(1 - beta)*exp(l);
let target=beta*t+own;
if (detach) return [-target*l,-target];
return [-target*l,-target - own*(own>0?l:0)];
}
function symmetric_rule(t,l,{ce_weight,rce_weight,log_zero,soft}){
let p=exp(l);
let cost,known,slope;
if (soft==="reverse"){
known=log(t>0?t:1);
cost=-p*(t>0&&known>log_zero?known:log_zero);
slope=cost;
}
if (soft==="distance"){
cost=-log_zero/2*absolute(p - t);
slope=-log_zero/2*(p>t?p:p<t?-p:0);
}
if (ce_weight===0) return [rce_weight*cost,rce_weight*slope];
return [rce_weight*cost - ce_weight*t*l,rce_weight*slope - ce_weight*t];
}
const losses={
soft_label_cross_entropy_with_logits:{terms:cross_entropy_rule},
brier_loss_with_logits:{terms:brier_rule},
classification_mae_with_logits:{terms:mae_rule},
confidence_penalty_with_logits:{terms:penalty_rule,total:joined,options:{beta:{value:0.1,min:0},threshold:{value:null,min:0}}},
focal_loss_with_logits:{terms:focal_rule,total:focus,options:{gamma:{value:2.0,min:0},soft:{value:"surprise",choices:["surprise","distance","overlap","average"]}}},
generalized_cross_entropy_with_logits:{terms:power_rule,total:power_total,options:{q:{value:0.7,min:0,max:1},soft:{value:"surprise",choices:["surprise","average"]}}},
jensen_shannon_with_logits:{terms:mixture_rule,total:scaled,options:{pi:{value:0.5,min:0,max:1}}},
normalized_cross_entropy_with_logits:{terms:part_rule,total:quotient},
normalized_focal_loss_with_logits:{terms:focal_part_rule,total:quotient,options:{gamma:{value:0.5,min:0}}},
poly1_loss_with_logits:{terms:poly1_rule,total:poly1_total,options:{epsilon:{value:2.0,min:-1},soft:{value:"average",choices:["average","surprise"]}}},
soft_bootstrapping_loss_with_logits:{terms:soft_bootstrapping_rule,options:{beta:{value:0.95,min:0,max:1},detach:{value:false,choices:[false,true]}}},
symmetric_cross_entropy_with_logits:{terms:symmetric_rule,options:{ce_weight:{value:0.1,min:0},rce_weight:{value:1.0,min:0},log_zero:{value:-4.0,max:0},soft:{value:"reverse",choices:["reverse","distance"]}}},
};
const { max, min, sqrt, PI, round } = Math;
function lossAndGradient(name, z, t, options) {
const { terms, total } = losses[name], top = max(...z);
const rest = log(z.reduce((s, v) => s + exp(v - top), 0)), l = z.map((v) => v - top - rest);
const found = l.map((v, c) => terms(t[c], v, options));
const sum = (i) => found.reduce((s, v) => s + (v[i] ?? 0), 0), a = sum(0), b = sum(2);
const [value, byA, byB] = total ? total(a, b, options) : [a, 1, 0];
const byL = found.map(([, d, , e = 0]) => byA * d + byB * e), all = byL.reduce((s, v) => s + v);
return { value, gradient: byL.map((d, c) => d - exp(l[c]) * all) };
}
const random = (seed) => () => {
seed = (seed + 0x6d2b79f5) | 0;
let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const normal = (r) => sqrt(-2 * log(1 - r())) * Math.cos(2 * PI * r());
const makeNet = (sizes, r) => sizes.slice(1).map((m, i) => {
const n = sizes[i], zeros = () => new Float64Array(m * (n + 1));
const w = zeros().map(() => normal(r) / (i ? sqrt(n) : 1));
return { n, m, w, by: zeros(), mean: zeros(), square: zeros() };
});
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
}
