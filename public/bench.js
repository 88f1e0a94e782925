// Measures the app through its script API, as any page that embeds it could. The object
// `window.__bench` is what the benchmark harness drives; docs/performance.md says how.

const now = () => performance.now();
const frame = () => new Promise((next) => requestAnimationFrame(next));

// Starts the app as index.html does: its files carry hashes, so their names are read from there.
async function start() {
  const page = new DOMParser().parseFromString(await (await fetch("./index.html")).text(), "text/html");
  const script = page.querySelector("script[data-app]");
  const app = await import(new URL(script.dataset.app, document.baseURI).href);
  await app.default({ module_or_path: new URL(script.dataset.wasm, document.baseURI) });
  await window.tributary.ready;
}

const started = start();

// What is asked of a table right after loading it, so that a lazy loader is charged too.
const CHECKS = {
  g1: (t) => [`SELECT count(*) AS n, sum(v1) AS a, sum(v3) AS b FROM ${t}`, ["n", "a", "b"]],
  messy: (t) => [
    `SELECT count(*) AS n, sum(qty) AS a, sum(price) AS b, count(DISTINCT category) AS c FROM ${t}`,
    ["n", "a", "b", "c"],
  ],
  events: (t) => [`SELECT count(*) AS n, sum(duration) AS a, sum(value) AS b FROM ${t}`, ["n", "a", "b"]],
  join: (t) => [`SELECT count(*) AS n, sum(key) AS a FROM ${t}`, ["n", "a"]],
};

const QUERIES = {
  q1: [(t) => `SELECT id1, sum(v1) AS v1 FROM ${t} GROUP BY id1`, ["v1"]],
  q2: [(t) => `SELECT id1, id2, sum(v1) AS v1 FROM ${t} GROUP BY id1, id2`, ["v1"]],
  q3: [(t) => `SELECT id3, sum(v1) AS v1, avg(v3) AS v3 FROM ${t} GROUP BY id3`, ["v1", "v3"]],
  q4: [(t) => `SELECT id4, avg(v1) AS v1, avg(v2) AS v2, avg(v3) AS v3 FROM ${t} GROUP BY id4`, ["v1", "v2", "v3"]],
  q5: [(t) => `SELECT id6, sum(v1) AS v1, sum(v2) AS v2, sum(v3) AS v3 FROM ${t} GROUP BY id6`, ["v1", "v2", "v3"]],
  median: [(t) => `SELECT id4, id5, median(v3) AS m, stddev(v3) AS s FROM ${t} GROUP BY id4, id5`, ["m", "s"]],
  distinct: [
    (t) => `SELECT count(DISTINCT id3) AS a, count(DISTINCT id6) AS b, count(DISTINCT v3) AS c FROM ${t}`,
    ["a", "b", "c"],
  ],
  topk: [(t) => `SELECT id1, v3 FROM ${t} WHERE v3 > 50 AND id4 <= 50 ORDER BY v3 DESC LIMIT 100`, ["v3"]],
  window: [
    (t) =>
      `SELECT sum(w) AS s FROM (SELECT avg(v1) OVER (PARTITION BY id4 ORDER BY v3 ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS w FROM ${t})`,
    ["s"],
  ],
  join_small: [
    (t) => `SELECT d.cat, sum(g.v1) AS v1, sum(d.w) AS w FROM ${t} g JOIN dim d ON g.id6 = d.key GROUP BY d.cat`,
    ["v1", "w"],
  ],
  join_big: [
    () => "SELECT count(*) AS n, sum(l.a) AS a, sum(r.b) AS b FROM lj l JOIN rj r ON l.key = r.key",
    ["n", "a", "b"],
  ],
};

const kept = new Map();

async function bytesOf({ url, keep }) {
  let bytes = kept.get(url);
  if (!bytes) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    bytes = new Uint8Array(await answer.arrayBuffer());
    if (keep) kept.set(url, bytes);
  }
  return bytes;
}

async function drop(table) {
  try {
    await tributary.drop(table);
  } catch (error) {
    if (error.problem?.code !== "unknown_table") throw error;
  }
}

// The app itself goes on after a call has answered: with several tables it looks for those that fit together, and
// it saves. Neither may run into the time of what is measured next, here or in another page.
async function quiet() {
  if ((await tributary.tables()).length > 1) await tributary.suggest();
  await tributary.saved();
}

async function load(spec) {
  const bytes = await bytesOf(spec);
  await drop(spec.table);
  await quiet();
  const [sql, columns] = CHECKS[spec.data](spec.table);
  const from = now();
  await tributary.load(bytes, { table: spec.table, format: spec.format, name: `${spec.table}.${spec.format}` });
  const [row] = await tributary.rows(sql);
  const ms = now() - from;
  await quiet();
  return { ms, checksum: columns.map((c) => Number(row[c])) };
}

// Sums of answers that were read before, by the hash of their bytes.
const known = new Map();

async function hashOf(bytes) {
  // Browsers give hashes on https and on this machine only.
  if (!crypto.subtle) return null;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The very bytes that arrived are read again and summed, outside the time. One more table makes the app look for what
// fits to it, which takes seconds beside large ones; so bytes that were summed before are known by their hash.
async function sumsOf(ipc, columns) {
  const hash = await hashOf(ipc);
  const sums = known.get(hash);
  if (sums) return sums;
  await tributary.load(ipc, { table: "bench_answer", format: "arrow", name: "answer.arrow" });
  const list = columns.map((c, i) => `sum("${c}") AS s${i}`).join(", ");
  const [row] = await tributary.rows(`SELECT count(*) AS n, ${list} FROM bench_answer`);
  await drop("bench_answer");
  await quiet();
  const found = [Number(row.n), ...columns.map((_, i) => Number(row[`s${i}`]))];
  if (hash) known.set(hash, found);
  return found;
}

async function query(name, table) {
  const [sql, columns] = QUERIES[name];
  const from = now();
  const ipc = await tributary.query(sql(table));
  const ms = now() - from;
  return { ms, checksum: await sumsOf(ipc, columns) };
}

// The same made-up series as every other page of the benchmark draws.
function series(kind, n) {
  let seed = 12345;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  const x = new Float64Array(n);
  const y = new Float64Array(n);
  let walk = 0;
  for (let i = 0; i < n; i++) {
    if (kind === "line") {
      x[i] = i;
      y[i] = walk += random() - 0.5;
    } else {
      const a = random() + random() + random();
      const b = random() + random() + random();
      x[i] = a;
      y[i] = b * 0.7 + a * 0.3;
    }
  }
  return { x, y };
}

function inkOf(box) {
  const small = Object.assign(document.createElement("canvas"), { width: 96, height: 60 });
  const pen = small.getContext("2d", { willReadFrequently: true });
  for (const canvas of box.querySelectorAll("canvas")) pen.drawImage(canvas, 0, 0, 96, 60);
  const { data } = pen.getImageData(0, 0, 96, 60);
  let ink = 0;
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] > 0 && (data[i - 1] < 250 || data[i - 2] < 250 || data[i - 3] < 250)) ink++;
  }
  return ink;
}

async function chart(kind, n) {
  const data = series(kind, n);
  const box = document.createElement("div");
  box.style.cssText = "position:fixed;inset:0 auto auto 0;width:960px;height:600px;background:#fff;z-index:9";
  document.body.replaceChildren(box);
  await frame();
  await frame();
  await new Promise((next) => setTimeout(next, 50));
  const from = now();
  await tributary.chart({ kind, data }, box);
  const js_ms = now() - from;
  const ink = inkOf(box);
  await frame();
  await new Promise((next) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = next;
    channel.port2.postMessage(0);
  });
  return { ms: now() - from, js_ms, ink, canvases: box.querySelectorAll("canvas").length };
}

window.__bench = {
  info: async () => {
    await started;
    return { name: "tributary", version: tributary.version.app };
  },
  // Starting ends when the engine has answered its first question.
  init: async () => {
    const from = now();
    await started;
    await tributary.rows("SELECT 1 AS one");
    return { ms: now() - from };
  },
  load,
  query,
  chart,
  drop: async (table) => {
    kept.clear();
    await drop(table);
    await quiet();
  },
  queries: Object.keys(QUERIES),
  formats: ["csv", "ndjson", "parquet", "arrow"],
};
// From here on the harness may call; `init` waits for the rest of the start.
window.__ready = true;
// The first usable moment is that of a first answer, as it is for the other pages of the benchmark.
started.then(() => tributary.rows("SELECT 1 AS one")).then(() => (window.__tti = now()));
