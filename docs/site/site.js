// What a page does beside being read: search, light or dark, the menu, contents that follow.
"use strict";
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const make = (tag, properties = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
};
const root = document.documentElement, up = document.body.dataset.up;
const narrow = matchMedia("(max-width: 1000px)");

// Light or dark: the choice of the reader, or else that of the browser
const dark = matchMedia("(prefers-color-scheme: dark)"), theme = one("#theme");
const isDark = () => root.dataset.theme ? root.dataset.theme == "dark" : dark.matches;
const showTheme = () => theme.setAttribute("aria-pressed", isDark());
theme.onclick = () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch {}
  showTheme();
};
dark.onchange = showTheme;
showTheme();

// The list of pages: a menu where the window is narrow, with the current page in view
const menu = one("#menu"), pages = one("#pages"), current = one("#pages [aria-current]");
const toCurrent = () => {
  if (current) pages.scrollTop = current.offsetTop - pages.clientHeight / 2;
};
const setMenu = (open) => {
  pages.classList.toggle("open", open);
  menu.setAttribute("aria-expanded", open);
  if (open) toCurrent();
};
menu.onclick = () => setMenu(!pages.classList.contains("open"));
one("main").addEventListener("click", () => setMenu(false));
pages.onkeydown = (e) => { if (e.key == "Escape") { setMenu(false); menu.focus(); } };
toCurrent();

// The contents: folded where the window is narrow; else the section in view is marked and in sight
const contents = one("#contents"), links = all("#contents a");
const targets = links.map((a) => document.getElementById(decodeURIComponent(a.hash.slice(1))));
const follow = () => {
  const line = one(".bar").offsetHeight + 40;
  const ended = innerHeight + scrollY >= root.scrollHeight - 2;
  const above = targets.filter((t) => t.getBoundingClientRect().top <= line).length;
  const now = ended ? links.length - 1 : above - 1;
  links.forEach((a, i) => {
    if (i != now) a.removeAttribute("aria-current");
    else if (!a.hasAttribute("aria-current")) {
      a.setAttribute("aria-current", "location");
      contents.scrollTop = a.offsetTop - contents.clientHeight / 2;
    }
  });
};
if (contents) {
  const list = contents.querySelector("details");
  const fold = () => { list.open = !narrow.matches; };
  list.onclick = (e) => { if (e.target.matches("a")) fold(); };
  narrow.onchange = fold;
  fold();
  addEventListener("scroll", follow, { passive: true });
  follow();
}

// A link beside each heading, a button on each block of code
for (const heading of all("main :is(h2, h3, h4)")) {
  const id = heading.id || heading.dataset.anchorId;
  if (!id) continue;
  const label = `Link to ${heading.textContent}`;
  heading.append(make("a", { className: "anchor", href: `#${id}`, ariaLabel: label }, "#"));
}
for (const code of all("main pre.sourceCode:not(.signature)")) {
  const button = make("button", { className: "copy", type: "button" }, "Copy");
  button.onclick = async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  code.parentElement.append(button);
}

// An output whose lines are in columns scrolls, where others are wrapped
for (const pre of all(".cell-output > pre:not(.sourceCode)")) {
  const columns = pre.textContent.split("\n").filter((line) => /\S {3,}\S/.test(line));
  pre.classList.toggle("in-columns", columns.length > 1);
}

// A link into a folded block opens it
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let e = target; e; e = e.parentElement) if (e.matches("details")) e.open = true;
};
addEventListener("hashchange", unfold);
unfold();

// Search. tools/docs_search.py writes `searchIndex` and says what is in it.
const wordsIn = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
const idle = new Set(wordsIn("a an and are can do does for how i in is it my of on or the to what with"));
let entries = null, headlines, spoken;

function prepare(index) {
  entries = index.flatMap((page, at) => {
    const own = { page, at, last: page.last };
    const titled = { ...own, href: page.href, title: page.title, text: page.description };
    const phrases = page.keywords.map((k) => wordsIn(k));
    return [
      { ...titled, kind: 0, head: wordsIn(page.title), phrases, body: wordsIn(page.words) },
      ...page.sections.map(([title, id, text, words]) => ({ ...own, kind: 2, title, text,
        href: `${page.href}#${id}`, head: wordsIn(title), body: wordsIn(words) })),
      ...page.names.map(([name, id, text, words, helper]) => ({ ...own, kind: 3, title: name, text,
        href: `${page.href}#${id}`, head: wordsIn(name), body: wordsIn(words), helper }))];
  });
  headlines = new Set(entries.flatMap((e) => [...e.head, ...(e.phrases || []).flat()]));
  spoken = new Set([...headlines, ...entries.flatMap((e) => e.body)]);
}

// How well words are met by the beginnings of others: 1 for the same words, 0 if one has no match
function fit(words, others) {
  let sum = 0;
  for (const w of words) {
    const best = Math.max(0, ...others.map((o) => o.startsWith(w) ? w.length / o.length : 0));
    if (!best) return 0;
    sum += best;
  }
  return sum / Math.max(words.length, others.length);
}

// Letters to change, add, drop or swap with a neighbour; more than `most` counts as `most` + 1
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = [], last = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] == b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + !same);
      const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return Math.min(last[b.length], most + 1);
}

// A word as the site writes it: itself where some word begins so, else the nearest headline
function meant(word) {
  if ([...spoken].some((w) => w.startsWith(word))) return word;
  const most = word.length > 7 ? 2 : word.length > 3 ? 1 : 0;
  let best = word, least = most + 1;
  for (const w of headlines) {
    const d = w[0] == word[0] ? distance(word, w, least - 1) : most + 1;
    if (d < least) [best, least] = [w, d];
  }
  return best;
}

// Whether all of a title or a name is typed
function named({ head, helper }, words) { return !helper && words.join("") == head.join(""); }

// The rank of an entry, 0 first, and its fit: by title, keyword, section, name, then by its prose
function rank(entry, words) {
  const { kind, head, phrases = [], body, page } = entry;
  if (named(entry, words)) return [kind && 1, words.length == head.length ? 1 : .9];
  const titled = fit(words, head), goesBy = phrases.some((p) => p.join("") == words.join(""));
  if (titled) return [kind, goesBy ? .95 : titled];
  const key = Math.max(0, ...phrases.map((p, i) => fit(words, p) * (1 - i / 1000)));
  if (key) return [1, key];
  const title = wordsIn(page.title), more = page.keywords.flatMap(wordsIn);
  if (fit(words, [...head, ...title]) && words.some((w) => fit([w], head))) return [kind + .5, 0];
  const text = [...head, ...body, ...(kind ? [] : more)];
  if (words.some((w) => fit([w], text)) && fit(words, [...text, ...title, ...more])) {
    return [kind == 0 ? 6 : fit(words, text) ? 4 : 5, 0];
  }
  return null;
}

function find(query) {
  const typed = wordsIn(query), asked = typed.filter((w) => !idle.has(w));
  const words = (asked.length ? asked : typed).map(meant);
  const hits = [];
  for (const entry of words.length ? entries : []) {
    const found = rank(entry, words);
    if (!found) continue;
    const meantIt = named(entry, words) && (!entry.last || words.length > 1);
    const late = meantIt ? 0 : (entry.helper ? 20 : 0) + (entry.last ? 10 : 0);
    hits.push({ entry, rank: found[0] + late, fit: found[1] });
  }
  hits.sort((a, b) => a.rank - b.rank || b.fit - a.fit || a.entry.at - b.entry.at);
  return { words, asked: asked.length ? asked : typed, hits };
}

// What is said above the results: what was taken for a typo, and what nothing is called
function remark({ words, asked, hits }) {
  const quoted = `“${words.join(" ")}”`;
  if (!hits.length) return `Nothing here mentions ${quoted}: lossfx has no such loss.`;
  if (words.join() != asked.join()) return `Results for ${quoted}.`;
  return hits.some((h) => h.rank % 10 < 4) ? "" : `No page, section or loss is named ${quoted}. It is mentioned here:`;
}

const query = one("#query"), results = one("#results"), found = one("#found"), said = one("#said");
let active = -1;
const load = () => new Promise((ready) => {
  if (entries) return ready();
  const script = make("script", { src: `${up}site/search.js` });
  script.onload = () => { if (!entries) prepare(window.searchIndex); ready(); };
  document.head.append(script);
});
const showResults = (shown) => {
  results.hidden = !shown;
  query.setAttribute("aria-expanded", shown);
  query.removeAttribute("aria-activedescendant");
  active = -1;
};
function search() {
  const start = performance.now(), text = query.value.trim();
  if (text.length < 2) return showResults(false);
  const answer = find(text);
  said.textContent = remark(answer);
  found.replaceChildren(...answer.hits.slice(0, 12).map(({ entry }, i) => {
    const where = entry.kind ? make("span", { className: "where" }, `${entry.page.title}: `) : "";
    const title = make(entry.kind == 3 ? "code" : "b", {}, entry.title);
    const link = make("a", { href: up + entry.href, tabIndex: -1 }, where, title,
      make("span", { className: "about" }, entry.text));
    return make("li", { id: `found-${i}`, role: "option" }, link);
  }));
  if (!answer.hits.length) {
    const table = searchIndex.find((page) => page.names.some(([name]) => name == "find_losses"));
    if (table) said.append(" ", make("a", { href: up + table.href }, "All losses"));
  }
  showResults(true);
  query.dataset.ms = (performance.now() - start).toFixed(1);
}
query.onfocus = load;
query.oninput = async () => { await load(); search(); };
query.onkeydown = (e) => {
  const options = [...found.children];
  if (e.key == "Escape") { showResults(false); query.blur(); }
  if (results.hidden || !options.length) return;
  if (e.key == "Enter") (options[active] || options[0]).firstChild.click();
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!step) return;
  e.preventDefault();
  active = (Math.max(active, step > 0 ? -1 : 0) + step + options.length) % options.length;
  options.forEach((o, i) => o.setAttribute("aria-selected", i == active));
  query.setAttribute("aria-activedescendant", options[active].id);
  options[active].scrollIntoView({ block: "nearest" });
};
addEventListener("keydown", (e) => {
  const typing = e.target.matches("input, textarea, select");
  if (e.key != "/" || typing || e.ctrlKey || e.metaKey || e.altKey) return;
  e.preventDefault();
  query.focus();
});
addEventListener("click", (e) => { if (!e.target.closest("search")) showResults(false); });
