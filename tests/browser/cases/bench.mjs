// bench.html answers every call that the benchmark makes, with the right sums.
import { assert, test } from "../lib/harness.mjs";

const n_rows = 300;
const g1 = Array.from({ length: n_rows }, (_, i) => ({ id1: `id${i % 7}`, id2: `id${i % 11}`, id3: `id${i % 50}`, id4: (i % 5) + 1, id5: (i % 3) + 1, id6: (i % 20) + 1, v1: (i % 4) + 1, v2: (i % 9) + 1, v3: Math.round(((i * 7919) % 10_000) + 1) / 100 }));
const names = Object.keys(g1[0]);
const csv = (rows, columns) => `${columns.join(",")}\n${rows.map((row) => columns.map((c) => row[c]).join(",")).join("\n")}\n`;
const range = (n, row) => Array.from({ length: n }, (_, i) => row(i));
const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);

const dim = range(20, (i) => ({ key: i + 1, cat: `c${i % 3}`, w: i / 2 }));
const lj = range(40, (i) => ({ key: i % 10, a: i }));
const rj = range(10, (i) => ({ key: i, b: i * 2 }));
const messy = range(30, (i) => ({ qty: i + 1, price: i * 0.5, category: `k${i % 4}` }));
const events = range(25, (i) => ({ duration: i, value: i * 1.5 }));
const files = {
  "g1.csv": csv(g1, names),
  "dim.csv": csv(dim, ["key", "cat", "w"]),
  "lj.csv": csv(lj, ["key", "a"]),
  "rj.csv": csv(rj, ["key", "b"]),
  "messy.csv": csv(messy, ["qty", "price", "category"]),
  "events.ndjson": events.map((row) => JSON.stringify(row)).join("\n"),
};

function close(found, wanted, what) {
  assert.equal(found.length, wanted.length, `${what}: ${found} for ${wanted}`);
  for (const [i, value] of found.entries()) assert.ok(Math.abs(value - wanted[i]) <= 1e-6 * Math.max(1, Math.abs(wanted[i])), `${what}: ${found} for ${wanted}`);
}

async function openBench({ page, server, url }) {
  for (const [name, text] of Object.entries(files)) server.handlers[`/data/${name}`] = (request, response) => response.writeHead(200).end(text);
  await page.goto(`${url}bench.html`);
  await page.waitForFunction(() => window.__ready === true && window.__bench);
  const { ms } = await page.evaluate(() => window.__bench.init());
  assert.ok(ms >= 0);
}

const call = (page, method, ...args) => page.evaluate(([method, args]) => window.__bench[method](...args), [method, args]);
const load = (page, table, data, file) => call(page, "load", { table, data, format: file.split(".").at(-1), url: `/data/${file}`, keep: true });

test("bench: loads and checks every kind of data, again and again", { timeoutMs: 90_000 }, async (t) => {
  const { page } = t;
  await openBench(t);
  assert.deepEqual(Object.keys(await call(page, "info")).sort(), ["name", "version"]);
  for (let round = 0; round < 2; round++) {
    const found = await load(page, "t_g1", "g1", "g1.csv");
    assert.ok(found.ms > 0);
    close(found.checksum, [n_rows, sum(g1, (r) => r.v1), sum(g1, (r) => r.v3)], "g1");
  }
  close((await load(page, "t_messy", "messy", "messy.csv")).checksum, [30, sum(messy, (r) => r.qty), sum(messy, (r) => r.price), 4], "messy");
  close((await load(page, "t_events", "events", "events.ndjson")).checksum, [25, sum(events, (r) => r.duration), sum(events, (r) => r.value)], "events");
  close((await load(page, "lj", "join", "lj.csv")).checksum, [40, sum(lj, (r) => r.key)], "join");
  for (const table of ["t_g1", "t_messy", "t_events", "lj", "not_there"]) await call(page, "drop", table);
  assert.deepEqual(await page.evaluate(() => tributary.tables()), []);
});

test("bench: answers every query, the second time as the first", { timeoutMs: 120_000 }, async (t) => {
  const { page } = t;
  await openBench(t);
  for (const [table, data, file] of [["g1_1e6", "g1", "g1.csv"], ["dim", "join", "dim.csv"], ["lj", "join", "lj.csv"], ["rj", "join", "rj.csv"]]) await load(page, table, data, file);
  const groups = (...columns) => new Set(g1.map((row) => columns.map((c) => row[c]).join())).size;
  const v1 = sum(g1, (r) => r.v1);
  const distinct = (column) => new Set(g1.map((row) => row[column])).size;
  const top = g1.filter((r) => r.v3 > 50 && r.id4 <= 50).map((r) => r.v3).sort((a, b) => b - a).slice(0, 100);
  const wanted = {
    q1: [groups("id1"), v1],
    q2: [groups("id1", "id2"), v1],
    q5: [groups("id6"), v1, sum(g1, (r) => r.v2), sum(g1, (r) => r.v3)],
    distinct: [1, distinct("id3"), distinct("id6"), distinct("v3")],
    topk: [top.length, top.reduce((a, b) => a + b, 0)],
    join_small: [3, v1, sum(g1, (r) => dim[r.id6 - 1].w)],
    join_big: [1, 40, sum(lj, (r) => r.a), sum(lj, (r) => rj[r.key].b)],
  };
  const queries = await page.evaluate(() => window.__bench.queries);
  assert.deepEqual(queries, ["q1", "q2", "q3", "q4", "q5", "median", "distinct", "topk", "window", "join_small", "join_big"]);
  for (const name of queries) {
    const first = await call(page, "query", name, "g1_1e6");
    assert.ok(first.ms > 0 && first.checksum.length >= 2 && first.checksum.every(Number.isFinite), `${name}: ${JSON.stringify(first)}`);
    if (wanted[name]) close(first.checksum, wanted[name], name);
    close((await call(page, "query", name, "g1_1e6")).checksum, first.checksum, `${name} again`);
  }
  // The table that the answers were summed in is gone.
  assert.deepEqual(await page.evaluate(async () => (await tributary.tables()).map((t) => t.table).sort()), ["dim", "g1_1e6", "lj", "rj"]);
});

test("bench: the first usable moment comes with a first answer", { timeoutMs: 90_000 }, async (t) => {
  await openBench(t);
  await t.page.waitForFunction(() => window.__tti > 0);
  assert.ok(await t.page.evaluate(() => window.__tti <= performance.now()));
});

for (const kind of ["line", "scatter"]) {
  test(`bench: draws a ${kind} chart of a hundred thousand and of a million points`, { timeoutMs: 120_000 }, async (t) => {
    await openBench(t);
    for (const n of [100_000, 1_000_000]) {
      const { ms, js_ms, ink } = await call(t.page, "chart", kind, n);
      assert.ok(ms >= js_ms && js_ms > 0 && ink > 0, JSON.stringify({ n, ms, js_ms, ink }));
    }
  });
}
