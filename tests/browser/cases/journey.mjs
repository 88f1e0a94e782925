// The journey: start page → sample → report → edit → reload → share → a fresh profile.
import { assert, test } from "../lib/harness.mjs";

// The cause that was planted in each has to stand in its verdict.
const samples = [
  ["sequencing", /P7|L-113/],
  ["trials", /\b017\b/],
  ["cold-chain", /\bcl4\b|\bCL-04\b/],
];

for (const [name, cause] of samples) {
  test(`the sample ${name} leads to a finished report that names its cause`, { timeoutMs: 120_000 }, async ({ open, page, axe }) => {
    await open();
    await page.evaluate((name) => window.tributary.sample(name), name);
    await page.waitForSelector(".report h1, .report__title", { timeout: 60_000 });
    const report = await page.evaluate(() => window.tributary.report());
    const verdict = report.blocks.map((b) => b.content.verdict).find(Boolean);
    assert.ok(verdict, "a verdict");
    assert.match(`${verdict.sentence} ${verdict.action}`, cause);
    const columns = await page.evaluate(async () => (await tributary.tables()).flatMap((t) => t.columns.map((c) => c.name)));
    assert.deepEqual(columns.filter((name) => /\([^)]*_[^)]*\)$/.test(name)), [], "columns named as a machine would");
    const charts = report.blocks.filter((b) => b.content.chart || b.content.finding?.chart).length;
    assert.ok(charts >= 3 && charts <= 6, `${charts} charts`);
    assert.ok(report.sources.length >= 3);
    await page.waitForTimeout(500);
    await axe();
  });
}

const csv = (n) => "id,plate,yield\n" + Array.from({ length: n }, (_, i) => `S${i},P${i % 4},${((i * 37) % 100) / 10 + (i % 4 === 2 ? 20 : 0)}`).join("\n") + "\n";
const plates = "Plate,Lot\np0,L1\np1,L2\np2,L3\np3,L4\np9,L9\n";

async function loadBoth(page) {
  return page.evaluate(
    async ([runs, plates]) => {
      const text = (t) => new TextEncoder().encode(t);
      const [a] = await tributary.load(text(runs), { name: "runs.csv" });
      const [b] = await tributary.load(text(plates), { name: "plates.csv" });
      return [a, b];
    },
    [csv(200), plates],
  );
}

test("files are read, joined by their values, explored and undone", async ({ open, page }) => {
  await open();
  const [runs] = await loadBoth(page);
  const { ledger } = runs;
  assert.equal(ledger.rows_in_file, ledger.rows_loaded + ledger.rows_set_aside + ledger.rows_header + ledger.rows_blank + ledger.rows_comment);
  assert.equal(runs.rows, 200);
  assert.deepEqual(runs.columns.map((c) => c.type), ["text", "text", "number"]);
  const outcome = await page.evaluate(async () => {
    const suggestions = await tributary.suggest();
    const best = suggestions[0];
    const accepted = await tributary.accept(best.id, { kind: "left" });
    const rows = await tributary.rows(`SELECT Lot, count(*) AS n FROM ${accepted.table} GROUP BY Lot ORDER BY Lot`);
    const undone = await tributary.undo();
    const tables = (await tributary.tables()).map((t) => t.table);
    await tributary.redo();
    return { best, accepted, rows, undone, tables };
  });
  assert.equal(outcome.best.kind, "join");
  assert.deepEqual([outcome.best.matched, outcome.best.left_only, outcome.best.right_only], [200, 0, 1]);
  assert.equal(outcome.accepted.rows, 200);
  assert.deepEqual(outcome.rows, ["L1", "L2", "L3", "L4"].map((Lot) => ({ Lot, n: 50 })));
  assert.deepEqual(outcome.tables, ["runs", "plates"]);
});

test("work and undo survive a reload", async ({ open, page }) => {
  await open();
  await loadBoth(page);
  await page.evaluate(async () => {
    await tributary.edit({ set_title: { title: "Kept" } });
    await tributary.saved();
  });
  await page.reload();
  await page.waitForFunction(() => window.tributary);
  const after = await page.evaluate(async () => {
    await tributary.ready;
    const rows = await tributary.rows("SELECT count(*) AS n FROM runs");
    const undone = await tributary.undo();
    return { rows, undone };
  });
  assert.deepEqual(after.rows, [{ n: 200 }]);
  assert.equal(after.undone, "rename the workspace");
});

test("a link opens in a fresh profile with the same numbers, without the engine", async ({ open, page, browser, url }) => {
  await open();
  await loadBoth(page);
  const { link, report } = await page.evaluate(async () => ({
    report: await tributary.report(),
    link: await tributary.share("link"),
  }));
  const context = await browser.newContext();
  const requested = [];
  context.on("request", (request) => requested.push(request.url()));
  const reader = await context.newPage();
  await reader.goto(link);
  await reader.waitForSelector("h1");
  await reader.waitForTimeout(800);
  const text = await reader.locator("body").innerText();
  const verdict = report.blocks.map((b) => b.content.verdict).find(Boolean);
  assert.ok(text.includes(verdict.sentence), "the verdict is shown");
  for (const number of report.blocks.flatMap((b) => b.content.numbers ?? [])) assert.ok(text.includes(number.text), number.text);
  assert.ok(requested.every((u) => u.startsWith(new URL(url).origin)), requested.join("\n"));
  assert.ok(!requested.some((u) => u.includes("engine")), "the engine was loaded");
  assert.ok(!requested.some((u) => /app-.*desk/.test(u)), "the desk was loaded");
  await context.close();
});

test("the engine dies and nothing is lost", { allowErrors: true }, async ({ open, page }) => {
  await open();
  await loadBoth(page);
  for (let i = 0; i < 3; i++) {
    await page.evaluate(() => tributary.kill_engine());
    await page.waitForTimeout(300);
    const rows = await page.evaluate(() => tributary.rows("SELECT count(*) AS n, sum(\"yield\") AS s FROM runs"));
    assert.equal(rows[0].n, 200);
  }
});

test("a project file carries everything to another browser", async ({ open, page, browser, url }) => {
  await open();
  await loadBoth(page);
  const bytes = await page.evaluate(async () => Array.from(await tributary.share("project")));
  const context = await browser.newContext();
  const other = await context.newPage();
  await other.goto(url);
  await other.waitForFunction(() => window.tributary);
  const rows = await other.evaluate(async (bytes) => {
    await tributary.ready;
    await tributary.open(new Uint8Array(bytes));
    return tributary.rows("SELECT count(*) AS n FROM runs");
  }, bytes);
  assert.deepEqual(rows, [{ n: 200 }]);
  await context.close();
});
