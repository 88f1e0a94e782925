// Links, files and texts from people who mean harm.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateRawSync } from "node:zlib";
import { assert, test } from "../lib/harness.mjs";
import { go, loadText, problemOf } from "../lib/app.mjs";
import { bomb, cell, gzipBomb, xlsx, zip } from "../lib/made_files.mjs";

/// Bytes without any order, the same ones every time.
function rubbish(n_bytes, seed = 1) {
  let state = seed;
  return Buffer.from(Array.from({ length: n_bytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  }));
}

const HOSTILE = "</script></style></title><img src=x onerror=window.pwned=1><svg onload=window.pwned=1>\"'`&";
const MARKDOWN = [
  "[click](javascript:window.pwned=1)",
  "[click](java\tscript:window.pwned=1)",
  "[click](data:text/html,<script>window.pwned=1</script>)",
  "![picture](https://tracker.example/pixel.png)",
  "<img src=https://tracker.example/a.png onerror=window.pwned=1>",
  "<iframe src=https://tracker.example></iframe>",
  "<https://tracker.example/auto>",
  "[ref]: https://tracker.example/x",
].join("\n\n");

const fragmentOf = (text) => `#r1.${deflateRawSync(Buffer.from(text), { level: 9 }).toString("base64url")}`;

/// Puts the text before every string of a block's content whose words are not fixed.
function poison(value, key = "") {
  const fixed = ["kind", "state", "fingerprint", "column_type", "aggregate", "node", "form", "type", "spec", "id", "scale"];
  if (typeof value === "string") return HOSTILE + value;
  if (Array.isArray(value)) return value.map((v) => poison(v, key));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fixed.includes(k) ? v : poison(v, k)]));
  return value;
}

function poisoned(report) {
  const evil = structuredClone(report);
  evil.title = HOSTILE + evil.title;
  evil.strip = HOSTILE + evil.strip;
  for (const block of evil.blocks) if (typeof block.content === "object") block.content = poison(block.content);
  for (const source of evil.sources) Object.assign(source, { name: HOSTILE + source.name, origin: HOSTILE, read_at: HOSTILE });
  const id = Math.max(...evil.blocks.map((b) => b.id)) + 1;
  evil.blocks.push({ id, spec: { text: MARKDOWN }, content: { text: `${MARKDOWN}\n\n# ${HOSTILE}` } });
  evil.blocks.push({ id: id + 1, spec: "methods", content: { failed: HOSTILE } });
  return evil;
}

/// Nothing of the texts became markup, and nothing ran.
async function unharmed(page) {
  const found = await page.evaluate(() => ({
    pwned: window.pwned ?? null,
    images: [...document.querySelectorAll("img, iframe, object, embed")].filter((e) => !/^(blob|data):/.test(e.src ?? "")).map((e) => e.outerHTML),
    handlers: [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).map((e) => e.outerHTML.slice(0, 100)),
    links: [...document.querySelectorAll("[href], [src], [action]")].map((e) => e.getAttribute("href") ?? e.getAttribute("src") ?? e.getAttribute("action")).filter((u) => /^\s*(javascript|data:text|vbscript)/i.test(u ?? "")),
  }));
  assert.deepEqual(found, { pwned: null, images: [], handlers: [], links: [] });
}

function watched(context) {
  const requested = [];
  context.on("request", (request) => requested.push(request.url()));
  return requested;
}

async function alive(page) {
  const [loaded] = await loadText(page, "a,b\n1,2\n3,4\n", { name: "alive.csv" });
  const [row] = await page.evaluate((t) => tributary.rows(`SELECT sum(b) AS s FROM "${t}"`), loaded.table);
  assert.equal(Number(row.s), 6);
}

async function honestReport(page) {
  await page.evaluate(() => tributary.sample("sequencing"));
  return page.evaluate(() => tributary.report());
}

test("a hostile link shows its texts and does nothing else", { timeoutMs: 90_000 }, async ({ open, page, browser, url }) => {
  await open();
  const report = poisoned(await honestReport(page));
  const context = await browser.newContext();
  try {
    const requested = watched(context);
    const victim = await context.newPage();
    const problems = [];
    victim.on("pageerror", (error) => problems.push(error.message));
    victim.on("dialog", (dialog) => problems.push(dialog.message()));
    await victim.goto(url + fragmentOf(JSON.stringify(report)));
    await victim.waitForSelector(".report h1, .report__title", { timeout: 20_000 });
    await victim.waitForTimeout(800);
    const text = await victim.locator("main").innerText();
    assert.ok(text.includes("<img src=x onerror=window.pwned=1>"), "the texts are not shown as they are");
    await unharmed(victim);
    // Every way to open more of it.
    const n_buttons = await victim.locator(".report button, .report summary").count();
    for (let i = 0; i < n_buttons; i++) {
      await victim.evaluate((i) => document.querySelectorAll(".report button, .report summary")[i]?.click(), i);
      await victim.waitForTimeout(60);
      await unharmed(victim);
    }
    assert.ok(n_buttons > 3, `${n_buttons} buttons`);
    assert.equal(await victim.locator(".app").getAttribute("data-place"), "reader");
    assert.deepEqual(problems, []);
    const origin = new URL(url).origin;
    assert.deepEqual(requested.filter((u) => /^(http|ws)/.test(u) && !u.startsWith(origin)), []);
  } finally {
    await context.close();
  }
});

for (const [name, fragment] of Object.entries({
  "cut off": (text) => fragmentOf(text).slice(0, fragmentOf(text).length / 2),
  "changed in the middle": (text) => fragmentOf(text).replace(/^(.{600}).{20}/, "$1AAAAAAAAAAAAAAAAAAAA"),
  "a bomb": () => `#r1.${bomb(" ".repeat(1 << 20), 64).packed.toString("base64url")}`,
  "a bomb within the report": (text) => fragmentOf(JSON.stringify({ ...JSON.parse(text), strip: " ".repeat(3 << 20) })),
  "far too long": () => `#r1.${"A".repeat(400_000)}`,
  "nested without end": () => fragmentOf(`{"version":1,"x":${"[".repeat(200_000)}`),
  "of a later version": (text) => fragmentOf(JSON.stringify({ ...JSON.parse(text), version: 99 })),
  "rubbish": () => `#r1.${rubbish(3000).toString("base64url")}`,
})) {
  test(`a link that is ${name} is refused in words, and the page lives`, { timeoutMs: 40_000 }, async ({ open, page }) => {
    const report = { version: 1, title: "t", strip: "s", blocks: [{ id: 1, spec: "methods", content: { methods: Array.from({ length: 200 }, (_, i) => `p ${(i * 7919) % 1009}`) } }], sources: [] };
    await open(fragment(JSON.stringify(report)));
    const said = page.locator(".toast, .problem").first();
    await said.waitFor({ timeout: 10_000 });
    assert.match(await said.innerText(), /report|link|version/i);
    await alive(page);
  });
}

test("a link pasted into the address of an open tab is opened", async ({ open, page, url }) => {
  await open();
  const report = { version: 1, title: "A shared report", strip: "s", blocks: [{ id: 1, spec: "methods", content: { methods: ["one"] } }], sources: [] };
  await page.goto(url + fragmentOf(JSON.stringify(report)));
  await page.getByRole("heading", { name: "A shared report" }).waitFor({ timeout: 5_000 });
});

test("hostile cells and headers do nothing on any screen, nor in the file that is shared", { timeoutMs: 120_000 }, async ({ open, page, browser }) => {
  await open();
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const headers = [`id${HOSTILE}`, 'a"; DROP TABLE evil; --', "<b>value</b>", "javascript:window.pwned=1"];
  const rows = Array.from({ length: 120 }, (_, i) => [`${HOSTILE}${i % 4}`, `=cmd|'/C calc'!A${i}`, String((i % 4) * 10 + (i % 7)), `javascript:window.pwned=${i % 3}`]);
  const csv = [headers, ...rows].map((row) => row.map(quoted).join(",")).join("\n");
  const [loaded] = await loadText(page, `${csv}\n`, { name: `${HOSTILE.replaceAll("/", "_")}.csv`, table: "evil" });
  assert.equal(loaded.rows, 120);
  assert.deepEqual(loaded.columns.map((c) => c.name), headers);
  await loadText(page, `${csv}\n`, { name: "evil2.csv", table: "evil2" });
  await page.evaluate((text) => tributary.edit({ add_block: { text } }), MARKDOWN).catch(() => {});
  await page.evaluate((title) => tributary.edit({ set_title: { title } }), HOSTILE);
  for (const place of ["Report", "Sources", "Combine", "Explore"]) {
    await go(page, place);
    await page.waitForTimeout(700);
    await unharmed(page);
  }
  for (const mode of ["Charts", "SQL", "Rows"]) {
    await page.locator(".segmented__option", { hasText: new RegExp(`^${mode}$`, "i") }).click();
    await page.waitForTimeout(500);
    await unharmed(page);
  }
  assert.ok((await page.locator("main").innerText()).includes("<img src=x"), "the cells are not shown as they are");
  assert.equal((await page.evaluate(() => tributary.rows("SELECT count(*) AS n FROM evil")))[0].n, 120);

  const html = await page.evaluate(async () => new TextDecoder().decode(await tributary.share("html")));
  const folder = await mkdtemp(join(tmpdir(), "tributary-hostile-"));
  const context = await browser.newContext({ offline: true });
  try {
    const path = join(folder, "report.html");
    await writeFile(path, html);
    const requested = watched(context);
    const reader = await context.newPage();
    const errors = [];
    reader.on("pageerror", (error) => errors.push(error.message));
    reader.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await reader.goto(pathToFileURL(path).href);
    assert.ok((await reader.locator("body").innerText()).includes("<img src=x"), "the file does not show the texts as they are");
    await unharmed(reader);
    assert.deepEqual(requested, [pathToFileURL(path).href]);
    assert.deepEqual(errors, []);
    // The app opens it again, and is not harmed either.
    await page.evaluate((html) => tributary.open(new TextEncoder().encode(html)), html);
    await page.waitForSelector('.app[data-place="reader"]');
    await page.waitForTimeout(500);
    await unharmed(page);
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
});

const row = (n, ...cells) => `<row r="${n}">${cells.join("")}</row>`;
const traps = {
  ...Object.fromEntries(["parquet", "xlsx", "json", "arrow", "csv"].flatMap((end) => [1, 2, 3].map((seed) => [`rubbish${seed}.${end}`, () => rubbish(5_000, seed * 7919)]))),
  "framed.parquet": () => Buffer.concat([Buffer.from("PAR1"), rubbish(4_000), Buffer.from([0xff, 0xff, 0xff, 0x7f]), Buffer.from("PAR1")]),
  "cut.xlsx": () => xlsx(row(1, cell("A1", "a"))).subarray(0, 700),
  "deep.json": () => Buffer.from("[".repeat(1_000_000)),
  "framed.arrow": () => Buffer.concat([Buffer.from("ARROW1\0\0"), rubbish(4_000)]),
  "claims.arrow": () => Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), rubbish(100)]),
  "bomb.csv.gz": () => gzipBomb("a,b\n1,2\n".repeat(1 << 17), 4_000),
  "bomb.xlsx": () => xlsx(bomb("<row><c><v>1</v></c></row>".repeat(1 << 15), 4_000)),
  "bomb.zip": () => zip({ "a.csv": bomb("a,b\n1,2\n".repeat(1 << 17), 4_000) }),
  "cut.zip": () => zip({ "a.csv": "a,b\n1,2\n".repeat(100) }).subarray(0, 20),
  "framed.xls": () => Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), rubbish(4_000)]),
  "empty.csv": () => Buffer.alloc(0),
  "nul.csv": () => Buffer.alloc(100_000),
};

test("files that are rubbish, cut, or bombs are refused in words and touch nothing else", { timeoutMs: 120_000 }, async ({ open, page, server }) => {
  let bytes;
  server.handlers["/trap"] = (_, response) => response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
  await open();
  await loadText(page, "a,b\n1,2\n3,4\n", { name: "work.csv" });
  const wrong = [];
  for (const [name, make] of Object.entries(traps)) {
    bytes = make();
    try {
      const problem = await problemOf(
        page,
        async (name) => {
          const bytes = new Uint8Array(await (await fetch("/trap")).arrayBuffer());
          const late = new Promise((_, no) => setTimeout(() => no(new Error("no answer after 20 s")), 20_000));
          return Promise.race([tributary.load(new File([bytes], name)), late]);
        },
        name,
      );
      assert.notEqual(problem.code, "reader_stopped", `the reader died: ${problem.why}`);
      assert.ok(problem.why || problem.hints?.length || problem.code === "empty_file", `says neither why nor what to do: ${JSON.stringify(problem)}`);
    } catch (error) {
      wrong.push(`${name}: ${error.message.slice(0, 300)}`);
    }
    const tables = await page.evaluate(() => tributary.tables());
    if (tables[0]?.table !== "work" || tables[0].rows !== 2) wrong.push(`${name}: the other work is not what it was: ${JSON.stringify(tables)}`);
    for (const { table } of tables.slice(1)) await page.evaluate((table) => tributary.drop(table), table);
  }
  assert.deepEqual(wrong, []);
  await alive(page);
});

test("a worksheet with a cell far out is read without filling the memory", { timeoutMs: 60_000 }, async ({ open, page }) => {
  await open();
  const bytes = xlsx([row(1, cell("A1", "id"), cell("B1", "name")), row(2, cell("A2", "1"), cell("B2", "x")), row(1048576, cell("XFD1048576", "far"))].join(""));
  const outcome = await page.evaluate(async (bytes) => {
    const from = performance.now();
    const ended = await tributary.load(new Uint8Array(bytes), { name: "far.xlsx" }).then(
      (tables) => ({ rows: tables[0].rows, columns: tables[0].columns.length, ledger: tables[0].ledger }),
      (error) => ({ problem: error.problem }),
    );
    return { ...ended, ms: performance.now() - from };
  }, [...bytes]);
  assert.ok(outcome.ms < 20_000, `${outcome.ms} ms`);
  assert.ok(outcome.problem ? /\w/.test(outcome.problem.what) && !/^bug|stopped/.test(outcome.problem.code) : outcome.rows >= 1, JSON.stringify(outcome));
  await alive(page);
});
