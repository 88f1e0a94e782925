// What ends the engine's worker, what is ended by a cancel, what stays on disk, and what a project file proves.
import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { assert, test } from "../lib/harness.mjs";
import { go, loadText, problemOf, until } from "../lib/app.mjs";

const numbers = (n) => `id,value\n${Array.from({ length: n }, (_, i) => `${i},${(i * 37) % 101}`).join("\n")}\n`;

/// Takes a minute where it is not stopped: every row with every row.
const slow = (column = "value") => `SELECT count(*) AS n FROM big a CROSS JOIN big b WHERE a.${column} * b.${column} > 1e300`;

test("a step that ends the engine twice is switched off, and everything else goes on", { allowErrors: true, timeoutMs: 120_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, `id,plate\n${Array.from({ length: 60 }, (_, i) => `${i},P${i % 3}`).join("\n")}\n`, { name: "runs.csv" });
  const before = await page.evaluate(() => tributary.rows("SELECT count(*) AS n FROM runs"));
  assert.deepEqual(before, [{ n: 60 }]);
  const nodes = await page.evaluate(async () => {
    const table = Number((await tributary.report()).blocks.map((b) => JSON.stringify(b.spec)).join("").match(/"table":(\d+)/)[1]);
    // More text than a column can hold, and less than is noticed beforehand: the worker ends as by a bug.
    const op = { compute: { name: "boom", formula: "repeat(plate, 25000000)" } };
    await tributary.edit({ add_step: { node: { table }, op } });
    return tributary.tables();
  });
  assert.deepEqual(nodes.map((n) => [n.table, n.rows, n.columns.length]), [["runs", 60, 2]], "the question is answered without the step");
  await page.locator(".toast", { hasText: "stopped" }).first().waitFor();
  await page.waitForFunction(() => document.querySelector(".toasts, body").textContent.includes("switched off"));
  assert.deepEqual(await page.evaluate(() => tributary.rows("SELECT count(*) AS n FROM runs")), before);
  // It was switched off by a command like any other, and is saved.
  await page.evaluate(() => tributary.saved());
  await go(page, "Explore");
  await page.waitForSelector(".grid__cell[data-state=there]");
});

test("a question that ends the engine twice is answered with a problem, and others are not", { allowErrors: true, timeoutMs: 120_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, `id,plate\n${Array.from({ length: 60 }, (_, i) => `${i},P${i % 3}`).join("\n")}\n`, { name: "runs.csv" });
  await page.evaluate(() => tributary.report());
  const outcome = await page.evaluate(async () => {
    const bad = tributary.rows("SELECT length(repeat(plate, 25000000)) AS n FROM runs").then(() => "answered", (e) => e.problem.code);
    const good = tributary.rows("SELECT count(*) AS n FROM runs");
    return { bad: await bad, good: await good };
  });
  assert.equal(outcome.bad, "engine_stopped");
  assert.deepEqual(outcome.good, [{ n: 60 }]);
  assert.ok((await page.evaluate(() => tributary.report())).blocks.length > 0);
});

test("an export goes on after the engine has died of something else", { allowErrors: true, timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, numbers(1_000), { name: "big.csv" });
  const n_bytes = await page.evaluate(async () => {
    await tributary.report();
    await tributary.kill_engine();
    return (await tributary.export("big", "csv")).length;
  });
  assert.ok(n_bytes > 5_000, `${n_bytes} bytes`);
});

test("a cancel stops a query that does not give way, answers at once, and blames nobody", { timeoutMs: 120_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, numbers(60_000), { name: "big.csv" });
  await page.evaluate(() => tributary.report());
  for (let round = 0; round < 3; round++) {
    const outcome = await page.evaluate(async (sql) => {
      const asked = tributary.rows(sql).then(() => "answered", (e) => e.problem.code);
      await new Promise((next) => setTimeout(next, 1_500));
      const from = performance.now();
      await tributary.cancel();
      const said = await asked;
      const saidMs = performance.now() - from;
      const [{ n }] = await tributary.rows("SELECT count(*) AS n FROM big");
      return { said, saidMs, n, aliveMs: performance.now() - from };
    }, slow());
    assert.equal(outcome.said, "cancelled", `round ${round}`);
    assert.ok(outcome.saidMs < 500, `the answer took ${outcome.saidMs} ms`);
    assert.equal(outcome.n, 60_000);
    assert.ok(outcome.aliveMs < 15_000, `the engine was free after ${outcome.aliveMs} ms`);
  }
  assert.equal(await page.locator(".toast", { hasText: "started again" }).count(), 0, "a cancel is no accident");
});

test("the SQL box has a cancel that works, and can run again", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, numbers(60_000), { name: "big.csv" });
  await page.evaluate(() => tributary.report());
  await go(page, "Explore");
  await page.locator(".segmented__option", { hasText: /^SQL$/ }).click();
  await page.locator(".sql__text").fill(slow());
  await page.locator(".sql__bar .button", { hasText: "Run" }).click();
  const cancel = page.locator(".sql__count").getByRole("button", { name: "Cancel" });
  await cancel.waitFor({ timeout: 5_000 });
  await cancel.click();
  await page.locator(".sql__result .problem", { hasText: "Cancelled" }).waitFor({ timeout: 1_000 });
  await page.locator(".sql__text").fill("SELECT count(*) AS n FROM big");
  await page.locator(".sql__bar .button", { hasText: "Run" }).click();
  await page.locator(".sql__count", { hasText: /1 row in \S+ ms/ }).waitFor({ timeout: 15_000 });
});

test("an export that was cancelled does not arrive", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, numbers(60_000), { name: "big.csv" });
  await page.evaluate(() => tributary.report());
  let n_downloads = 0;
  page.on("download", () => (n_downloads += 1));
  const outcome = await page.evaluate(async (sql) => {
    const asked = tributary.export(sql, "xlsx").then(() => "written", (e) => e.problem.code);
    await new Promise((next) => setTimeout(next, 400));
    await tributary.cancel();
    return asked;
  }, slow("id"));
  assert.equal(outcome, "cancelled");
  // The same by hand: the whole workspace, whose card has a cancel.
  await page.evaluate(() => tributary.rows("SELECT count(*) AS n FROM big"));
  const late = await page.evaluate(async () => {
    const asked = tributary.share("project").then(() => "written", (e) => e.problem.code);
    await tributary.cancel();
    return asked;
  });
  assert.ok(["cancelled", "written"].includes(late), late);
  await page.waitForTimeout(1_000);
  assert.equal(n_downloads, 0);
});

test("a tab that was opened for a link takes the lease before it saves", async ({ context, page, url }) => {
  const { deflateRawSync } = await import("node:zlib");
  const report = { version: 1, title: "A shared report", strip: "s", blocks: [{ id: 1, spec: "methods", content: { methods: ["one"] } }], sources: [] };
  await page.goto(`${url}#r1.${deflateRawSync(Buffer.from(JSON.stringify(report))).toString("base64url")}`);
  await page.getByRole("heading", { name: "A shared report" }).waitFor();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.evaluate(() => tributary.ready);
  await loadText(page, "a,b\n1,2\n3,4\n", { name: "work.csv" });
  await page.evaluate(() => tributary.saved());
  const second = await context.newPage();
  await second.goto(url);
  await second.locator(".top__saved-words", { hasText: "read only" }).waitFor({ timeout: 8_000 });
});

const keysOnDisk = (page) =>
  page.evaluate(async () => {
    const done = (request) => new Promise((yes, no) => ((request.onsuccess = () => yes(request.result)), (request.onerror = () => no(request.error))));
    const db = await done(indexedDB.open("tributary"));
    const keys = await done(db.transaction("blobs").objectStore("blobs").getAllKeys());
    db.close();
    return keys;
  });

test("data of removed sources leave the disk when they cannot be brought back", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, "a,b\n1,2\n3,4\n", { name: "stays.csv" });
  await loadText(page, "c,d\n1,2\n3,4\n", { name: "goes.csv" });
  await page.evaluate(() => tributary.saved());
  const kinds = async () => (await keysOnDisk(page)).map((key) => key.split("/")[0]).sort();
  assert.deepEqual(await kinds(), ["raw", "raw", "rows", "rows"]);
  await page.evaluate(() => tributary.drop("goes"));
  await page.evaluate(() => tributary.saved());
  await page.waitForTimeout(500);
  assert.deepEqual(await kinds(), ["raw", "raw", "rows", "rows"], "undo needs them");
  assert.ok(await page.evaluate(() => tributary.undo()));
  assert.deepEqual(await page.evaluate(() => tributary.rows("SELECT sum(d) AS s FROM goes")), [{ s: 6 }], "read back from disk");
  await page.evaluate(() => tributary.redo());
  await page.evaluate(async () => {
    for (let i = 0; i < 130; i++) await tributary.edit({ set_title: { title: `Title ${i}` } });
    await tributary.saved();
  });
  await until(page, async () => {
    const done = (request) => new Promise((yes) => (request.onsuccess = () => yes(request.result)));
    const db = await done(indexedDB.open("tributary"));
    const keys = await done(db.transaction("blobs").objectStore("blobs").getAllKeys());
    db.close();
    return keys.length === 2;
  });
  assert.deepEqual(await kinds(), ["raw", "rows"]);
  await page.reload();
  await page.waitForFunction(() => window.tributary);
  assert.deepEqual(await page.evaluate(() => tributary.ready.then(() => tributary.rows("SELECT sum(b) AS s FROM stays"))), [{ s: 6 }]);
});

// Project files.

function parts(file) {
  const end = 12 + file.readUInt32LE(8);
  const manifest = JSON.parse(file.subarray(12, end).toString());
  let at = end;
  const contents = [manifest.saved, ...manifest.blobs].map((part) => {
    const stored = file.subarray(at, (at += part.stored_bytes));
    return { key: part.key, content: part.is_packed ? inflateRawSync(stored) : stored };
  });
  return contents;
}

/// A project file of these parts, as somebody who knows the format would write it.
function projectOf([saved, ...blobs]) {
  const part = ({ key, content }) => ({ key, size_bytes: content.length, stored_bytes: content.length, is_packed: false, sha256: createHash("sha256").update(content).digest("hex") });
  const manifest = Buffer.from(JSON.stringify({ version: 1, saved: part(saved), blobs: blobs.map(part) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(manifest.length);
  return Buffer.concat([Buffer.from("TRIBPRJ1"), length, manifest, saved.content, ...blobs.map((b) => b.content)]);
}

async function projectWith(page, text) {
  await loadText(page, text, { name: "runs.csv" });
  return parts(Buffer.from(await page.evaluate(async () => Array.from(await tributary.share("project")))));
}

const openProject = (page, file) => page.evaluate((bytes) => tributary.open(new Uint8Array(bytes)), [...file]);

test("a project whose file is not the one it names is refused; rows that are not its file's are said", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  const rows = (first) => `id,value\n${Array.from({ length: 50 }, (_, i) => `${i},${i === 0 ? first : i}`).join("\n")}\n`;
  const honest = await projectWith(page, rows(1));
  await page.evaluate(() => tributary.drop("runs"));
  const other = await projectWith(page, rows(1_000));
  const kind = (all, name) => all.find(({ key }) => key.startsWith(`${name}/`));

  await openProject(page, projectOf(honest));
  const said = () => page.evaluate(async () => JSON.stringify((await tributary.report()).blocks.map((b) => b.content.quality ?? [])));
  assert.doesNotMatch(await said(), /project file/, "nothing is to be said of an honest one");

  // The file's bytes are others, under the name of the first; the hash of the part itself is right.
  const forged = honest.map((p) => (p.key.startsWith("raw/") ? { key: p.key, content: kind(other, "raw").content } : p));
  const problem = await problemOf(page, (bytes) => tributary.open(new Uint8Array(bytes)), [...projectOf(forged)]);
  assert.equal(problem.code, "source_mismatch");
  assert.deepEqual(await page.evaluate(() => tributary.rows("SELECT max(value) AS m FROM runs")), [{ m: 49 }], "what was open is still open");

  // The file is true, the rows are not.
  const swapped = honest.map((p) => (p.key.startsWith("rows/") ? { key: p.key, content: kind(other, "rows").content } : p));
  await openProject(page, projectOf(swapped));
  assert.match(await said(), /not what reading the file gives/);
  // The file did not come along.
  await openProject(page, projectOf(honest.filter((p) => !p.key.startsWith("raw/"))));
  assert.match(await said(), /could not be checked/);
});

test("a large project is made and opened without holding up the page, and its size is said", { timeoutMs: 120_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, numbers(600_000), { name: "big.csv" });
  await page.evaluate(() => tributary.report());
  await page.evaluate(() => tributary.saved());
  await page.waitForTimeout(1_000);
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((e) => Math.round(e.duration)))).observe({ type: "longtask" });
  });
  await page.locator(".top__share button").click();
  await page.locator(".share-card", { hasText: "Project file" }).locator(".share-card__size", { hasText: /^At most [\d.]+ MB/ }).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), page.getByRole("button", { name: "Download project file" }).click()]);
  const path = await download.path();
  const made = await page.evaluate(() => window.longTasks);
  await page.locator("#choose-files").setInputFiles({ name: "work.tributary", mimeType: "application/octet-stream", buffer: await (await import("node:fs/promises")).readFile(path) });
  await page.locator(".job", { hasText: "work.tributary" }).waitFor();
  await page.locator(".job", { hasText: "work.tributary" }).waitFor({ state: "detached", timeout: 60_000 });
  assert.deepEqual(await page.evaluate(() => tributary.rows("SELECT count(*) AS n FROM big")), [{ n: 600_000 }]);
  assert.ok(Math.max(0, ...made) <= 100, `making it held up the page: ${made}`);
});

test("a query that nobody waits for any more does not hold up the others", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await loadText(page, numbers(60_000), { name: "big.csv" });
  await page.evaluate(() => tributary.report());
  await go(page, "Explore");
  await page.locator(".segmented__option", { hasText: /^SQL$/ }).click();
  await page.locator(".sql__text").fill(slow());
  await page.locator(".sql__bar .button", { hasText: "Run" }).click();
  await page.waitForTimeout(1_000);
  await page.locator(".segmented__option", { hasText: /^Rows$/ }).click();
  await page.locator(".grid__cell[data-state=there]").first().waitFor({ timeout: 20_000 });
});
