// The script API against its contract (docs/script-api.md): one test a call, field by field.
import { assert, test } from "../lib/harness.mjs";
import { addsUp, loadText, problemOf, words } from "../lib/app.mjs";
import { records, webApi } from "../lib/web_api.mjs";

// A note before the header, a blank line, quotes in a cell, a missing word, a unit in the header.
const messy = `# exported by hand
id,plate,yield (ng/µL),day,note
1,P1,1.5,2026-01-01,"says ""hi"", twice"
2,P2,2.5,2026-01-02,
3,P1,NA,2026-01-03,b

4,P2,4.5,2026-01-04,c
5,P1,5.0,2026-01-05,d
6,P1,2.0,2026-01-06,e
`;
const COLUMN = { name: "string", type: "string", label: "string|null", unit: "string|null", reason: "string", confidence: "number", nulls: "number" };
const loadMessy = (page, options) => loadText(page, messy, { name: "runs.csv", ...options });

/// Exactly these fields, each of the kind that is named.
function hasFields(value, kinds, where) {
  assert.ok(value && typeof value === "object" && !Array.isArray(value), `${where}: ${JSON.stringify(value)}`);
  assert.deepEqual(Object.keys(value).sort(), Object.keys(kinds).sort(), where);
  for (const [name, kind] of Object.entries(kinds)) {
    const found = value[name] === null ? "null" : Array.isArray(value[name]) ? "array" : typeof value[name];
    assert.ok(kind.split("|").includes(found), `${where}.${name} is ${found}: ${JSON.stringify(value[name])}`);
  }
}

function hasColumns(columns, names) {
  assert.deepEqual(columns.map((c) => c.name), names);
  for (const column of columns) hasFields(column, COLUMN, `column ${column.name}`);
}

/// The Problem of a call that must fail with this code; all six fields are there.
async function refuses(page, code, call, argument) {
  const problem = await problemOf(page, call, argument);
  assert.equal(problem.code, code, words(problem));
  hasFields(problem, { code: "string", kind: "string", place: "object", what: "string", why: "string", hints: "array" }, "problem");
  return problem;
}

const csv = (n) => "id,plate,yield\n" + Array.from({ length: n }, (_, i) => `S${i},P${i % 4},${((i * 37) % 100) / 10 + (i % 4 === 2 ? 20 : 0)}`).join("\n") + "\n";
const plates = "Plate,Lot\np0,L1\np1,L2\np2,L3\np3,L4\np9,L9\n";

async function loadBoth(page) {
  await loadText(page, csv(200), { name: "runs.csv" });
  await loadText(page, plates, { name: "plates.csv" });
}

test("ready, version and the calls of the contract are there", async ({ open, page }) => {
  await open();
  const found = await page.evaluate(async () => {
    const ready = await tributary.ready;
    return { ready: ready === undefined, version: tributary.version, calls: Object.keys(tributary) };
  });
  assert.ok(found.ready);
  hasFields(found.version, { app: "string", build: "string", engine: "string" }, "version");
  assert.match(found.version.app, /^\d+\.\d+\.\d+/);
  assert.match(found.version.engine, /^DataFusion \d+/);
  for (const name of ["load", "tables", "query", "rows", "drop", "export", "suggest", "accept", "findings", "stats", "chart", "report", "edit", "share", "open", "undo", "redo", "saved", "network", "cancel"]) {
    assert.ok(found.calls.includes(name), name);
  }
});

test("load: what was read and how, field by field", async ({ open, page }) => {
  await open();
  const [loaded, ...more] = await loadMessy(page);
  assert.deepEqual(more, []);
  hasFields(loaded, { table: "string", source: "string", rows: "number", columns: "array", format: "string", encoding: "string", dialect: "object", ledger: "object", notices: "array" }, "loaded");
  assert.deepEqual([loaded.table, loaded.source, loaded.rows, loaded.format, loaded.encoding], ["runs", "runs.csv", 6, "csv", "utf-8"]);
  assert.equal(loaded.columns.length, 5);
  for (const column of loaded.columns) hasFields(column, COLUMN, `column ${column.name}`);
  assert.deepEqual(loaded.columns.map((c) => c.type), ["integer", "text", "number", "date", "text"]);
  assert.equal(loaded.columns[2].unit, "ng/µL");
  assert.equal(loaded.columns[2].nulls, 1);
  assert.ok(loaded.columns.every((c) => c.confidence > 0 && c.confidence <= 1 && /\w/.test(c.reason)), JSON.stringify(loaded.columns));
  assert.deepEqual(loaded.dialect, { delimiter: ",", quote: '"', escape: '"', header_rows: 1, skipped_lines: loaded.dialect.skipped_lines });
  assert.equal(typeof loaded.dialect.skipped_lines, "number");
  hasFields(loaded.ledger, { rows_in_file: "number", rows_loaded: "number", rows_set_aside: "number", rows_header: "number", rows_blank: "number", rows_comment: "number", bytes_in_file: "number", set_aside: "array", changed: "array" }, "ledger");
  addsUp(loaded.ledger);
  assert.deepEqual([loaded.ledger.rows_loaded, loaded.ledger.rows_header, loaded.ledger.rows_blank, loaded.ledger.rows_comment], [6, 1, 1, 1]);
  assert.equal(loaded.ledger.bytes_in_file, Buffer.byteLength(messy));
  for (const change of loaded.ledger.changed) hasFields(change, { column: "string", rule: "string", cells: "number" }, "changed");
  for (const notice of loaded.notices) hasFields(notice, { code: "string", text: "string", count: "number" }, "notice");
  const notes = await page.evaluate(() => tributary.rows("SELECT note FROM runs WHERE id = 1"));
  assert.deepEqual(notes, [{ note: 'says "hi", twice' }]);
});

test("load: a row that is set aside has its place, reason and text", async ({ open, page }) => {
  await open();
  // A cell too many at the start shifts the others under names that are not theirs.
  const torn = "id,name,value\n1,a,1.5\n2,b,2.5\nx,3,c,3.5\n4,d,4.5\n";
  const [loaded] = await loadText(page, torn, { name: "torn.csv" });
  addsUp(loaded.ledger);
  assert.equal(loaded.ledger.rows_set_aside, 1);
  const [row] = loaded.ledger.set_aside;
  hasFields(row, { line: "number", byte: "number", reason: "string", text: "string" }, "set_aside");
  assert.deepEqual([row.line, row.byte, row.text], [4, torn.indexOf("x,3"), "x,3,c,3.5"]);
});

test("load: cells beyond the last column are kept", async ({ open, page }) => {
  await open();
  const [loaded] = await loadText(page, "id,name,value\n1,a,1.5\n2,b,2.5\n3,c,3.5,extra,cells\n4,d,4.5\n", { name: "wide.csv" });
  addsUp(loaded.ledger);
  assert.deepEqual([loaded.rows, loaded.ledger.rows_set_aside], [4, 0]);
  const kept = loaded.ledger.changed.filter((change) => change.rule.startsWith("cells beyond")).map((change) => change.column);
  assert.deepEqual(kept, ["extra_1", "extra_2"]);
});

test("load: the options do what they say", async ({ open, page }) => {
  await open();
  const text = "1;'a;b'\n2;'c'\n";
  const [loaded] = await loadText(page, text, { name: "x.txt", table: "mine", format: "csv", delimiter: ";", quote: "'", header: false, encoding: "windows-1252", keep: true });
  assert.deepEqual([loaded.table, loaded.source, loaded.rows, loaded.encoding], ["mine", "x.txt", 2, "windows-1252"]);
  assert.deepEqual([loaded.dialect.delimiter, loaded.dialect.quote, loaded.dialect.escape, loaded.dialect.header_rows], [";", "'", "'", 0]);
  const forms = await page.evaluate(async (text) => {
    const bytes = new TextEncoder().encode(text);
    const out = [];
    for (const source of [bytes, bytes.buffer, new Blob([bytes]), new File([bytes], "file.csv")]) out.push((await tributary.load(source, { header: 1 }))[0]);
    return out.map(({ rows, source }) => ({ rows, source }));
  }, "a,b\n1,2\n3,4\n");
  assert.deepEqual(forms, [...Array(3).fill({ rows: 2, source: "data" }), { rows: 2, source: "file.csv" }]);
});

test("load: what it does not know it refuses, and nothing is added", async ({ open, page }) => {
  await open();
  const load = (options) => tributary.load(new TextEncoder().encode("a,b\n1,2\n"), options);
  for (const options of [{ colour: "red" }, { delimiter: ";;" }, { quote: "" }, { header: "yes" }, { header: -1 }, { format: "docx" }, { name: 7 }, { keep: "yes" }, { paging: "none" }, { headers: { a: "b" } }, "csv"]) {
    const problem = await refuses(page, "bad_argument", load, options);
    assert.equal(problem.kind, "request", JSON.stringify(options));
  }
  await refuses(page, "not_available_yet", load, { keep: false });
  await refuses(page, "unknown_encoding", load, { encoding: "klingon" });
  await refuses(page, "bad_argument", () => tributary.load(42));
  await refuses(page, "bad_address", () => tributary.load("hello world"));
  for (const paging of ["pages", { kind: "token", path: "next" }, { limit: 0 }, { kind: "none", size: 2 }]) {
    await refuses(page, "bad_argument", (paging) => tributary.load("https://api.example.org/items", { paging }), paging);
  }
  assert.deepEqual(await page.evaluate(() => tributary.tables()), []);
});

// The port of the API is not known when the test is registered; each test looks at the requests itself.
const local = { allowHosts: /^127\.0\.0\.1:/ };

const pagings = [
  ["none", (at) => `{"items": ${JSON.stringify(records(at * 10 + 1, 10))}, "next": "/items?at=${at + 1}"}`, 1, 10],
  [{ kind: "next_url", path: "go.on" }, (at) => JSON.stringify({ items: records(at * 10 + 1, 10), go: { on: at < 2 ? `/items?at=${at + 1}` : null } }), 3, 30],
  [{ kind: "token", path: "more", parameter: "at" }, (at) => JSON.stringify({ items: records(at * 10 + 1, 10), more: at < 2 ? at + 1 : null }), 3, 30],
  [{ kind: "offset", parameter: "skip", page_size: 10 }, (at, skip) => JSON.stringify({ items: records(skip + 1, skip < 20 ? 10 : 4) }), 3, 24],
  [{ kind: "page_number", parameter: "seite" }, (at, skip, seite) => JSON.stringify({ items: records((seite - 1) * 10 + 1, seite < 4 ? 10 : 0) }), 4, 30],
  [{ kind: "next_url", path: "go", limit: 2 }, (at) => JSON.stringify({ items: records(at * 10 + 1, 10), go: `/items?at=${at + 1}` }), 2, 20],
];

for (const [paging, body, n_requests, n_rows] of pagings) {
  test(`load with paging ${JSON.stringify(paging)}: ${n_requests} requests, ${n_rows} rows`, local, async ({ open, page }) => {
    const api = await webApi({
      "/items": (request, response, url) => {
        const number = (name, otherwise) => Number(url.searchParams.get(name) ?? otherwise);
        response.writeHead(200, { "content-type": "application/json" }).end(body(number("at", 0), number("skip", 0), number("seite", 1)));
      },
    });
    try {
      await open();
      const [loaded] = await page.evaluate(([url, paging]) => tributary.load(url, { paging, table: "items" }), [`${api.origin}/items`, paging]);
      assert.equal(api.requests.filter(({ method }) => method === "GET").length, n_requests, api.requests.map(({ url }) => url).join(" "));
      assert.deepEqual([loaded.rows, loaded.table], [n_rows, "items"]);
      const [row] = await page.evaluate(() => tributary.rows("SELECT count(DISTINCT id) AS n, max(id) AS last FROM items"));
      assert.deepEqual(row, { n: n_rows, last: n_rows });
      if (paging.limit) assert.match(JSON.stringify(loaded.notices), /page/i, "that there were more pages is not said");
    } finally {
      await api.close();
    }
  });
}

test("tables: every table with its rows, size and columns", async ({ open, page }) => {
  await open();
  assert.deepEqual(await page.evaluate(() => tributary.tables()), []);
  const [loaded] = await loadMessy(page);
  const tables = await page.evaluate(() => tributary.tables());
  assert.equal(tables.length, 1);
  hasFields(tables[0], { table: "string", rows: "number", size_bytes: "number", columns: "array" }, "table");
  assert.deepEqual([tables[0].table, tables[0].rows], ["runs", 6]);
  assert.ok(tables[0].size_bytes > 0);
  hasColumns(tables[0].columns, loaded.columns.map((c) => c.name));
  assert.deepEqual(tables[0].columns, loaded.columns, "load and tables describe the columns differently");
});

test("query: an Arrow stream that can be read again", async ({ open, page }) => {
  await open();
  await loadMessy(page);
  const found = await page.evaluate(async () => {
    const bytes = await tributary.query("SELECT plate, count(*) AS n FROM runs GROUP BY plate ORDER BY plate");
    const [back] = await tributary.load(bytes, { format: "arrow", table: "back" });
    return { kind: bytes.constructor.name, start: Array.from(bytes.slice(0, 4)), format: back.format, rows: await tributary.rows("SELECT * FROM back") };
  });
  assert.deepEqual(found, { kind: "Uint8Array", start: [255, 255, 255, 255], format: "arrow", rows: [{ plate: "P1", n: 4 }, { plate: "P2", n: 2 }] });
  const unknown = await refuses(page, "unknown_table", () => tributary.query("SELECT * FROM nowhere"));
  assert.match(words(unknown), /runs/, "the tables that are there are not named");
  await refuses(page, "read_only", () => tributary.query("DROP TABLE runs"));
  await refuses(page, "bad_argument", () => tributary.query());
});

test("rows: plain objects; a thousand unless told otherwise; all that were asked for, in order", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, `n,half\n${Array.from({ length: 2_500 }, (_, i) => `${i},${i / 2}`).join("\n")}\n`, { name: "many.csv" });
  const found = await page.evaluate(async () => {
    const sql = "SELECT n, half FROM many ORDER BY n";
    const all = await tributary.rows(sql, { limit: 100_000 });
    return { by_default: (await tributary.rows(sql)).length, none: await tributary.rows(sql, { limit: 0 }), exact: (await tributary.rows(sql, { limit: 1_001 })).length, all: all.length, first: all[0], last: all.at(-1), in_order: all.every((row, i) => row.n === i && row.half === i / 2) };
  });
  assert.deepEqual(found, { by_default: 1_000, none: [], exact: 1_001, all: 2_500, first: { n: 0, half: 0 }, last: { n: 2_499, half: 1_249.5 }, in_order: true });
  const problem = await refuses(page, "too_many_rows", () => tributary.rows("SELECT * FROM many", { limit: 100_001 }));
  assert.match(words(problem), /100,000/);
  for (const options of [{ limit: -1 }, { limit: "10" }, { limit: 2.5 }, { top: 3 }]) await refuses(page, "bad_argument", (options) => tributary.rows("SELECT * FROM many", options), options);
});

test("rows: values of every kind, and integers beyond 2^53 as texts", async ({ open, page }) => {
  await open();
  const text = '[{"id": 1, "big": 9007199254740993, "safe": 9007199254740991, "flag": true, "x": 0.5, "word": "a", "day": "2026-01-02", "gap": null},\n{"id": 2, "big": -9007199254740993, "safe": 1, "flag": false, "x": 1.25, "word": "b", "day": "2026-01-03", "gap": 3}]';
  await loadText(page, text, { name: "kinds.json" });
  const rows = await page.evaluate(() => tributary.rows("SELECT * FROM kinds ORDER BY id"));
  assert.deepEqual(rows[0], { id: 1, big: "9007199254740993", safe: 9007199254740991, flag: true, x: 0.5, word: "a", day: "2026-01-02", gap: null });
  assert.equal(rows[1].big, "-9007199254740993");
  await refuses(page, "unknown_table", () => tributary.rows("SELECT * FROM nowhere"));
});

test("drop, then undo, then redo", async ({ open, page }) => {
  await open();
  await loadMessy(page);
  const found = await page.evaluate(async () => {
    const names = async () => (await tributary.tables()).map((t) => t.table);
    const dropped = await tributary.drop("runs");
    const after_drop = await names();
    const undone = await tributary.undo();
    const [row] = await tributary.rows("SELECT count(*) AS n FROM runs");
    const redone = await tributary.redo();
    const after_redo = await names();
    await tributary.undo();
    return { dropped: dropped === undefined, after_drop, undone, n: row.n, redone, after_redo, at_last: await names() };
  });
  assert.deepEqual({ ...found, undone: typeof found.undone, redone: typeof found.redone }, { dropped: true, after_drop: [], undone: "string", n: 6, redone: "string", after_redo: [], at_last: ["runs"] });
  await refuses(page, "unknown_table", () => tributary.drop("nowhere"));
  await refuses(page, "bad_argument", () => tributary.drop());
});

test("undo and redo with nothing to undo give null", async ({ open, page }) => {
  await open();
  assert.deepEqual(await page.evaluate(async () => [await tributary.undo(), await tributary.redo()]), [null, null]);
});

test("export: every format starts as its kind does and holds the rows", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadMessy(page);
  const files = await page.evaluate(async () => {
    const out = {};
    for (const format of ["csv", "xlsx", "json", "ndjson", "parquet", "arrow"]) {
      const bytes = await tributary.export("runs", format);
      if (!(bytes instanceof Uint8Array)) throw new Error(`${format} is no Uint8Array`);
      out[format] = Array.from(bytes);
    }
    out.sql = Array.from(await tributary.export("SELECT id FROM runs WHERE id > 4 ORDER BY id", "csv"));
    return out;
  });
  const file = (name) => Buffer.from(files[name]);
  assert.match(file("csv").toString(), /^(\uFEFF)?id,plate,/);
  assert.equal(file("xlsx").subarray(0, 4).toString("latin1"), "PK\u0003\u0004");
  assert.equal(JSON.parse(file("json").toString()).length, 6);
  assert.equal(file("ndjson").toString().trim().split("\n").map((line) => JSON.parse(line)).length, 6);
  assert.equal(file("parquet").subarray(0, 4).toString(), "PAR1");
  assert.equal(file("parquet").subarray(-4).toString(), "PAR1");
  assert.deepEqual([...file("arrow").subarray(0, 4)], [255, 255, 255, 255]);
  assert.deepEqual(file("sql").toString().replace("\uFEFF", "").trim().split(/\r?\n/), ["id", "5", "6"]);
  await refuses(page, "bad_argument", () => tributary.export("runs", "docx"));
  await refuses(page, "bad_argument", () => tributary.export("runs"));
});

test("suggest and accept: a join, its counts and its columns", async ({ open, page }) => {
  await open();
  await loadBoth(page);
  const found = await page.evaluate(async () => {
    const suggestions = await tributary.suggest();
    return { suggestions, accepted: await tributary.accept(suggestions[0].id, { kind: "inner", keep: ["id", "Lot"] }), tables: await tributary.tables() };
  });
  for (const one of found.suggestions) {
    hasFields(one, { id: "string", kind: "string", left: "object", right: "object", matched: "number", left_only: "number", right_only: "number", fan_out: "number", confidence: "number", reason: "string", cardinality: "string", runner_up: "string|null", double_counted: "array" }, "suggestion");
    for (const side of [one.left, one.right]) hasFields(side, { table: "string", columns: "array" }, "side");
    assert.equal(one.left.columns.length, one.right.columns.length);
  }
  const [best] = found.suggestions;
  assert.deepEqual([best.kind, best.left, best.right], ["join", { table: "runs", columns: ["plate"] }, { table: "plates", columns: ["Plate"] }]);
  assert.deepEqual([best.matched, best.left_only, best.right_only, best.fan_out], [200, 0, 1, 1]);
  const { accepted } = found;
  hasFields(accepted, { table: "string", rows: "number", columns: "array", outcome: "object" }, "accepted");
  assert.equal(accepted.rows, 200);
  hasColumns(accepted.columns, ["id", "Lot"]);
  assert.deepEqual(found.tables.find((t) => t.table === accepted.table).columns, accepted.columns, "accept and tables describe the columns differently");
});

test("accept: what cannot be done is refused, and leaves nothing behind", async ({ open, page }) => {
  await open();
  await loadBoth(page);
  const best = await page.evaluate(async () => (await tributary.suggest())[0].id);
  await refuses(page, "unknown_suggestion", () => tributary.accept("no-such-id"));
  await refuses(page, "bad_argument", (id) => tributary.accept(id, { kind: "union" }), best);
  await refuses(page, "bad_argument", (id) => tributary.accept(id, { kind: "cross" }), best);
  await refuses(page, "bad_argument", (id) => tributary.accept(id, { columns: ["id"] }), best);
  await refuses(page, "unknown_column", (id) => tributary.accept(id, { keep: ["no such column"] }), best);
  assert.deepEqual(await page.evaluate(async () => (await tributary.tables()).map((t) => t.table)), ["runs", "plates"]);
});

test("accept: a union puts rows below each other and is no join", async ({ open, page }) => {
  await open();
  const part = (from) => `id,site,value\n${Array.from({ length: 40 }, (_, i) => `${from + i},${["north", "south"][i % 2]},${(i * 7) % 13}`).join("\n")}\n`;
  await loadText(page, part(1), { name: "week_1.csv" });
  await loadText(page, part(41), { name: "week_2.csv" });
  const union = await page.evaluate(async () => (await tributary.suggest()).find((s) => s.kind === "union"));
  assert.ok(union, "two exports of one shape are not proposed as a union");
  for (const kind of ["left", "inner", "full", "semi", "anti"]) await refuses(page, "bad_argument", ([id, kind]) => tributary.accept(id, { kind }), [union.id, kind]);
  const accepted = await page.evaluate((id) => tributary.accept(id), union.id);
  assert.equal(accepted.rows, 80);
});

test("findings: counted, with their evidence", async ({ open, page }) => {
  await open();
  await loadText(page, csv(200), { name: "runs.csv" });
  const found = await page.evaluate(async () => ({
    all: await tributary.findings("runs"),
    some: await tributary.findings("runs", { value: "yield", group: "plate", checks: ["group_difference"] }),
  }));
  for (const answer of Object.values(found)) {
    hasFields(answer, { checks_run: "number", reported: "number", findings: "array" }, "findings");
    assert.equal(answer.reported, answer.findings.length);
    assert.ok(answer.checks_run >= answer.reported && answer.reported > 0, JSON.stringify(answer));
    for (const finding of answer.findings) {
      const { kind, sentence, strength, effect, n, caveat, columns, evidence_sql, points, window, rule } = finding;
      const kinds = { kind: "string", sentence: "string", strength: "number", effect: "object", n: "number", caveat: "string", columns: "array", evidence_sql: "string", points: "array", window: "array|null", rule: "null" };
      hasFields({ kind, sentence, strength, effect, n, caveat, columns, evidence_sql, points, window, rule }, kinds, `finding ${kind}`);
    }
  }
  assert.ok(found.some.findings.every((f) => f.kind === "group_difference" && f.columns[0] === "yield" && f.columns[1] === "plate"), JSON.stringify(found.some));
  const [{ evidence_sql }] = found.some.findings;
  assert.ok((await page.evaluate((sql) => tributary.rows(sql), evidence_sql)).length > 0, evidence_sql);
});

test("findings: what is not there is refused", async ({ open, page }) => {
  await open();
  await loadText(page, csv(40), { name: "runs.csv" });
  const findings = (options) => tributary.findings("runs", options);
  for (const options of [{ value: "Yield" }, { group: "nowhere" }, { order: "when" }]) {
    const problem = await refuses(page, "unknown_column", findings, options);
    assert.equal(problem.place.column, Object.values(options)[0]);
    assert.match(words(problem), /plate/, "the columns that are there are not named");
  }
  for (const options of [{ checks: ["seasonality"] }, { checks: ["trend", "no such check"] }]) await refuses(page, "not_available_yet", findings, options);
  for (const options of [{ values: "yield" }, { value: 3 }, { checks: "trend" }, { control: { chart: "x" } }, { control: { rules: ["nelson_9"] } }, { control: {}, checks: ["trend"] }]) await refuses(page, "bad_argument", findings, options);
  await refuses(page, "unknown_table", () => tributary.findings("nowhere"));
});

test("findings: control charts name the rule, the rows and the window", async ({ open, page }) => {
  await open();
  // Sixty runs; the 21st is wild, and those from the 41st on lie higher.
  const rows = Array.from({ length: 60 }, (_, i) => `${i + 1},${50 + ((i * 37 + 11) % 17) / 8 - 1 + (i === 20 ? 20 : 0) + (i >= 40 ? 1.5 : 0)}`);
  await loadText(page, `run,yield\n${rows.join("\n")}\n`, { name: "control.csv" });
  const ask = (control) => page.evaluate((control) => tributary.findings("control", { value: "yield", order: "run", control }), control);
  const wild = await ask({ chart: "i_mr", rules: ["nelson_1"] });
  assert.equal(wild.checks_run, 1);
  const [found] = wild.findings;
  assert.deepEqual([found.kind, found.rule, found.points, found.window], ["control_chart", "nelson_1", [20], ["21", "21"]]);
  assert.match(found.sentence, /control limits/);
  assert.match(found.caveat, /Chance alone|uncertain|resemble/);
  const shift = await ask({ chart: "i_mr", rules: ["western_electric_4"], baseline: [1, 40] });
  assert.ok(shift.findings[0].points.every((row) => row >= 40), JSON.stringify(shift.findings[0].points));
  assert.equal(shift.charts[0].baseline_points, 40);
  const lab = await ask({ chart: "levey_jennings", rules: ["westgard_1_3s"], centre: 50, sigma: 1 });
  assert.equal(lab.findings[0].rule, "westgard_1_3s");
  assert.ok((await page.evaluate((sql) => tributary.rows(sql), found.evidence_sql)).length === 1);
});

test("stats: exact, and each question in its own shape", async ({ open, page }) => {
  await open();
  // NIST StRD NumAcc4: mean 10000000.2, standard deviation 0.1, autocorrelation -0.999.
  const rows = ["10000000.2,a", ...Array.from({ length: 1000 }, (_, i) => `${i % 2 ? "10000000.3" : "10000000.1"},${i % 2 ? "b" : "a"}`)];
  await loadText(page, `y,g\n${rows.join("\n")}\n`, { name: "numacc.csv" });
  const one = await page.evaluate(() => tributary.stats("numacc", { columns: ["y"] }));
  assert.deepEqual([one.n, one.mean, one.sd, one.autocorrelation], [1001, 10000000.2, 0.1, -0.999]);
  const table = await page.evaluate(() => tributary.stats("numacc", { anova: { value: "y", group: "g" } }));
  assert.deepEqual(Object.keys(table.df), ["between", "within"]);
  await loadText(page, "x,y\n0,1\n1,6\n2,63\n3,364\n4,1365\n5,3906\n6,9331\n7,19608\n", { name: "wampler.csv" });
  const line = await page.evaluate(() => tributary.stats("wampler", { regression: { y: "y", x: ["x"], degree: 5 } }));
  assert.deepEqual(line.coefficients.map((c) => c.estimate), [1, 1, 1, 1, 1, 1]);
  await refuses(page, "bad_argument", () => tributary.stats("wampler", { column: "x" }));
  await refuses(page, "unknown_column", () => tributary.stats("wampler", { columns: ["z"] }));
});

test("chart: a control chart by the order of the table", async ({ open, page }) => {
  await open();
  await loadText(page, csv(200), { name: "runs.csv" });
  const drawn = await page.evaluate(() => {
    const element = document.createElement("div");
    element.style.cssText = "width:600px;height:300px";
    document.body.append(element);
    return tributary.chart({ kind: "control", table: "runs", y: "yield", control: { rules: ["nelson_1"] } }, element);
  });
  assert.equal(drawn.marks, 200);
  assert.match(drawn.summary, /^Control chart of yield/);
});

test("chart: draws, describes, and leaves the caller's object as it was", async ({ open, page }) => {
  await open();
  await loadText(page, csv(200), { name: "runs.csv" });
  const drawn = await page.evaluate(async () => {
    const box = document.createElement("div");
    box.style.cssText = "position:fixed;inset:0 auto auto 0;width:640px;height:400px;background:#fff;z-index:9999";
    document.body.append(box);
    const spec = Object.freeze({ kind: "box", table: "runs", x: "plate", y: "yield" });
    const answer = await tributary.chart(spec, box);
    const { role, label } = { role: box.querySelector("canvas").getAttribute("role"), label: box.querySelector("canvas").getAttribute("aria-label") };
    const numbers = { kind: "line", data: { x: Float64Array.of(1, 2, 3), y: Float64Array.of(2, 1, 4) } };
    const line = await tributary.chart(numbers, box);
    box.remove();
    return { answer, spec, role, label, line, keys: Object.keys(numbers) };
  });
  for (const answer of [drawn.answer, drawn.line]) {
    hasFields(answer, { ms: "number", marks: "number", summary: "string" }, "chart");
    assert.ok(answer.marks > 0 && answer.ms >= 0 && /\w/.test(answer.summary), JSON.stringify(answer));
  }
  assert.equal(drawn.answer.marks, 4);
  assert.deepEqual(drawn.spec, { kind: "box", table: "runs", x: "plate", y: "yield" });
  assert.deepEqual(drawn.keys, ["kind", "data"]);
  assert.deepEqual([drawn.role, drawn.label], ["img", drawn.answer.summary]);
  const chart = (spec) => tributary.chart(spec, document.createElement("div"));
  for (const spec of [{ kind: "pie", table: "runs", x: "plate" }, { kind: "bar", x: "plate" }, { kind: "bar", table: "runs", x: "plate", colour: "red" }, { kind: "box", data: { x: [], y: [] } }, { kind: "line", data: { x: [1], y: [2] } }]) {
    await refuses(page, "bad_argument", chart, spec);
  }
  await refuses(page, "unknown_table", chart, { kind: "bar", table: "nowhere", x: "plate" });
  await refuses(page, "bad_argument", () => tributary.chart({ kind: "bar", table: "runs", x: "plate" }));
});

test("report and edit", async ({ open, page }) => {
  await open();
  await loadText(page, csv(200), { name: "runs.csv" });
  const found = await page.evaluate(async () => {
    const before = await tributary.report();
    const edited = await tributary.edit({ add_block: { spec: { text: "*Markdown* from a script" } } });
    const after = await tributary.report();
    await tributary.undo();
    return { before, edited: edited === undefined, after, undone: (await tributary.report()).blocks.length };
  });
  for (const name of ["title", "blocks", "sources", "as_of"]) assert.ok(name in found.before, name);
  assert.ok(Array.isArray(found.before.blocks) && found.before.blocks.length > 0 && found.before.sources.length === 1);
  assert.ok(found.edited);
  assert.equal(found.after.blocks.length, found.before.blocks.length + 1);
  assert.match(JSON.stringify(found.after.blocks), /Markdown\* from a script/);
  assert.equal(found.undone, found.before.blocks.length);
  await refuses(page, "bad_argument", () => tributary.edit({ no_such_command: {} }));
  await refuses(page, "bad_argument", () => tributary.edit());
});

test("share and open: a link, with a title of its own", async ({ open, page }) => {
  await open();
  await loadText(page, csv(200), { name: "runs.csv" });
  const found = await page.evaluate(async () => {
    const own = (await tributary.report()).title;
    const link = await tributary.share("link", { title: "Made for you" });
    const same = (await tributary.report()).title;
    await tributary.open(link);
    // No waiting here: it returns when the report is shown.
    return { own, same, link, place: document.querySelector(".app")?.dataset.place, title: document.querySelector(".report__title")?.textContent };
  });
  assert.equal(found.same, found.own, "sharing changed the report");
  assert.match(found.link, /^http.*#r1\./);
  assert.deepEqual([found.place, found.title?.trim()], ["reader", "Made for you"]);
});

test("share and open: a file and a project", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, csv(200), { name: "runs.csv" });
  const found = await page.evaluate(async () => {
    const html = await tributary.share("html");
    const project = await tributary.share("project");
    await tributary.saved();
    await tributary.open(html);
    const place = document.querySelector(".app").dataset.place;
    await tributary.open(new Blob([project]));
    const tables = await tributary.tables();
    return { html: new TextDecoder().decode(html).slice(0, 15), project: new TextDecoder().decode(project.slice(0, 7)), place, tables: tables.map((t) => [t.table, t.rows]), after: document.querySelector(".app").dataset.place, rows: await tributary.rows("SELECT count(*) AS n FROM runs") };
  });
  assert.deepEqual({ ...found, html: found.html.toLowerCase() }, { html: "<!doctype html>", project: "TRIBPRJ", place: "reader", tables: [["runs", 200]], after: "report", rows: [{ n: 200 }] });
});

test("share and open: what makes no sense is refused", async ({ open, page }) => {
  await open();
  await loadText(page, csv(40), { name: "runs.csv" });
  for (const [as, options] of [["pdf"], ["link", { colour: "red" }], ["project", { title: "x" }], ["html", { title: 3 }], []]) {
    await refuses(page, "bad_argument", ([as, options]) => tributary.share(as, options ?? undefined), [as, options]);
  }
  await refuses(page, "bad_argument", () => tributary.open(42));
  for (const call of [() => tributary.open("https://example.org/#r1.not-a-report"), () => tributary.open("hello"), () => tributary.open(new TextEncoder().encode("no project and no report"))]) {
    const problem = await problemOf(page, call);
    assert.match(words(problem), /\w{3}/);
  }
  assert.deepEqual(await page.evaluate(async () => (await tributary.tables()).map((t) => t.table)), ["runs"]);
});

test("saved, then a reload in the same profile: the table is still there", async ({ open, page }) => {
  await open();
  const [loaded] = await loadMessy(page);
  assert.ok(await page.evaluate(async () => (await tributary.saved()) === undefined));
  await page.reload();
  await page.waitForFunction(() => window.tributary);
  const found = await page.evaluate(async () => {
    await tributary.ready;
    return { tables: await tributary.tables(), rows: await tributary.rows("SELECT sum(id) AS s FROM runs") };
  });
  assert.deepEqual(found.tables.map((t) => [t.table, t.rows]), [["runs", 6]]);
  assert.deepEqual(found.tables[0].columns, loaded.columns);
  assert.deepEqual(found.rows, [{ s: 21 }]);
});

test("network: every request, with the fields that are documented", local, async ({ open, page }) => {
  const api = await webApi({ "/items": () => records(1, 3) });
  try {
    await open();
    assert.deepEqual(await page.evaluate(() => tributary.network), []);
    await page.evaluate((url) => tributary.load(url), `${api.origin}/items`);
    const [entry, ...more] = await page.evaluate(() => tributary.network);
    assert.deepEqual(more, []);
    hasFields(entry, { time: "number", method: "string", url: "string", host: "string", status: "number", bytes: "number", why: "string" }, "entry");
    assert.deepEqual([entry.method, entry.url, entry.host, entry.status], ["GET", `${api.origin}/items`, api.host, 200]);
  } finally {
    await api.close();
  }
});

test("cancel resolves when nothing runs", async ({ open, page }) => {
  await open();
  assert.ok(await page.evaluate(async () => (await tributary.cancel()) === undefined));
});
