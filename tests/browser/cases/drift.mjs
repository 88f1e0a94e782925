// Next month's file in the place of this month's: steps, report and names stay, what is different is told, and three
// clicks bring everything up to date.
import { assert, test } from "../lib/harness.mjs";
import { go, until } from "../lib/app.mjs";

const pad = (n) => String(n).padStart(3, "0");
const csv = (head, rows) => [head, ...rows.map((row) => row.join(","))].join("\n") + "\n";
const file = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

const may = csv(
  "sample,plate,coverage,conc (mg/L),qc",
  Array.from({ length: 60 }, (_, i) => [`S${pad(i)}`, `P${i % 3}`, (30 + (i % 7)).toFixed(1), (1 + (i % 5) / 4).toFixed(2), i % 6 ? "pass" : "fail"]),
);
// Ten samples less, twelve more; one column by another name, one new, one in another unit; two cells changed.
const juneRows = Array.from({ length: 62 }, (_, n) => {
  const i = n + 10;
  const coverage = 30 + (i % 7) + (i === 20 || i === 21 ? 50 : 0);
  return [`S${pad(i)}`, `P${i % 3}`, "1", coverage.toFixed(1), String(Math.round((1 + (i % 5) / 4) * 1000)), i % 6 ? "pass" : "fail"];
});
const june = csv("sample,plate,lane,mean_coverage,conc (µg/L),qc", juneRows);

const choose = (page, ...files) => page.locator("#choose-files").setInputFiles(files);
const note = (page, text) => page.locator(".source__note", { hasText: text });

async function withMay(page) {
  await choose(page, file("metrics_2024-05.csv", may));
  await until(page, async () => (await tributary.tables()).some((t) => t.rows === 60));
}

test("next month's file: replaced, remapped and up to date with three clicks", { timeoutMs: 90_000 }, async ({ open, page, axe }) => {
  await open();
  await withMay(page);
  const [{ table: name }] = await page.evaluate(() => tributary.tables());
  // Steps that use the columns that will be other, in the workspace's first table.
  await page.evaluate(async () => {
    const node = { table: 2 };
    await tributary.edit({ add_step: { node, op: { filter: { column: "coverage", test: { at_least: "31" } } } } });
    await tributary.edit({ add_step: { node, op: { compute: { name: "total", formula: "conc * 2" } } } });
  });
  await go(page, "Sources");
  await choose(page, file("metrics_2024-06.csv", june));
  // Loaded at once as a source of its own, with an offer and no question.
  await until(page, async () => (await tributary.tables()).length === 2);
  const offer = note(page, "later version of metrics_2024-05.csv");
  await offer.waitFor();
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await axe(".sources");

  // Click one.
  await offer.getByRole("button", { name: "Replaces metrics_2024-05.csv" }).click();
  await until(page, async () => (await tributary.tables()).length === 1);
  const drift = note(page, "Since metrics_2024-05.csv");
  await drift.getByText("Not carried out without coverage").waitFor();
  await drift.getByText("lane is new").waitFor();
  await axe(".sources");

  // Click two and three.
  await drift.getByRole("button", { name: "Use mean_coverage as coverage" }).click();
  await drift.getByText("Not carried out without coverage").waitFor({ state: "detached" });
  const unit = drift.getByRole("button", { name: "Keep conc in mg/L" });
  await unit.click();
  await unit.waitFor({ state: "detached" });

  // The report's table has June's rows, by May's names and units.
  const kept = juneRows.filter((row) => Number(row[3]) >= 31);
  const found = await page.evaluate(async (table) => (await tributary.rows(`SELECT count(*) AS n, sum(total) AS s FROM ${table}`))[0], name);
  assert.equal(Number(found.n), kept.length);
  const total = kept.reduce((sum, row) => sum + (2 * Number(row[4])) / 1000, 0);
  assert.ok(Math.abs(found.s - total) < 1e-9, `${found.s} against ${total}`);
  const [table] = await page.evaluate(() => tributary.tables());
  assert.equal(table.table, name, "the table keeps its name");
  assert.equal(table.columns.find((c) => c.name === "conc").unit, "mg/L");
  await until(page, async () => (await tributary.report()).sources.some((s) => s.name === "metrics_2024-06.csv"));

  // What changed, counted: by the sample's number.
  await drift.getByText("12 rows added, 10 removed, 2 cells changed in 2 rows").waitFor();
  await drift.getByRole("button", { name: "see examples" }).click();
  await page.locator(".side-panel", { hasText: "Rows that changed" }).getByText("sample S020").waitFor();
  await axe(".side-panel");

  // Undone step by step, also after a reload.
  await page.evaluate(() => tributary.saved());
  await page.reload();
  await page.waitForFunction(() => window.tributary);
  await page.evaluate(() => tributary.ready);
  for (let n = 0; n < 3; n++) await page.evaluate(() => tributary.undo());
  await until(page, async () => (await tributary.tables()).length === 2);
});

test("a later version may stay apart or add to what is there", async ({ open, page }) => {
  await open();
  await withMay(page);
  await go(page, "Sources");
  await choose(page, file("metrics_2024-06.csv", june));
  const offer = note(page, "later version of metrics_2024-05.csv");
  await offer.getByRole("button", { name: "Keep apart" }).click();
  await offer.waitFor({ state: "detached" });
  assert.equal((await page.evaluate(() => tributary.tables())).length, 2);
  await page.evaluate(() => tributary.undo());
  await offer.getByRole("button", { name: "Adds to it" }).click();
  await until(page, async () => (await tributary.tables()).some((t) => t.rows === 122));
});

test("a source is replaced from its menu, and what the new file lacks is named", async ({ open, page }) => {
  await open();
  await withMay(page);
  await go(page, "Sources");
  const chooser = page.waitForEvent("filechooser");
  await page.locator(".source").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Replace with newer file…" }).click();
  const short = csv("sample,plate,coverage", juneRows.map((row) => [row[0], row[1], row[3]]));
  await (await chooser).setFiles(file("export.csv", short));
  const drift = note(page, "Since metrics_2024-05.csv");
  await drift.getByText("qc is no longer there").waitFor();
  assert.deepEqual(await page.locator(".source__name").allInnerTexts(), ["export.csv"]);
  await drift.getByRole("button", { name: "Got it" }).click();
  await drift.waitFor({ state: "detached" });
});
