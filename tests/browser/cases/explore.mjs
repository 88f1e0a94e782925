// Combine and Explore as they are used: rows without a match, changing a merge, columns moved and
// hidden, cells chosen, and everything where it was after a reload.
import { assert, test } from "../lib/harness.mjs";
import { go, loadText, until } from "../lib/app.mjs";

const runs = `sample,plate,reads\n${Array.from({ length: 30 }, (_, i) => `S${String(i).padStart(3, "0")},P${i % 3},${i * 10}`).join("\n")}\n`;
const plates = "plate,lot\nP0,L1\nP1,L2\nP9,L3\n";

const heads = (page) => page.locator(".grid__name").allInnerTexts();
const menu = async (page, column, item) => {
  await page.locator(".grid__name", { hasText: new RegExp(`^${column}$`) }).click();
  await page.getByRole("menuitem", { name: item }).click();
};
const steps = (page) => page.locator(".step__sentence").allInnerTexts();
const explore = async (page) => {
  await go(page, "Explore");
  await page.waitForSelector(".grid__cell[data-state=there]");
};

async function joined(page) {
  await loadText(page, runs, { name: "runs.csv", table: "runs" });
  await loadText(page, plates, { name: "plates.csv", table: "plates" });
  await page.evaluate(() =>
    tributary.edit({
      add_merge: {
        merge: { id: 0, name: "both", kind: "left", left: { table: 2 }, right: { table: 4 }, keys: [{ left: "plate", right: "plate" }] },
      },
    }),
  );
  await go(page, "Combine");
  await page.locator(".merge__words").waitFor();
}

test("the rows without a match are shown for both sides, and can become a table", async ({ open, page }) => {
  await open();
  await joined(page);
  await page.getByRole("button", { name: "See which rows of runs" }).click();
  const panel = page.locator(".side-panel");
  await panel.getByText("10 rows").waitFor();
  assert.deepEqual([...new Set(await panel.locator('.grid__cell[data-cell$=" 1"]').allInnerTexts())], ["P2"]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "See which rows of plates" }).click();
  await panel.getByText("1 row", { exact: true }).waitFor();
  assert.deepEqual(await panel.locator(".grid__cell").allInnerTexts(), ["P9", "L3"]);
  await panel.getByRole("button", { name: "Make a table of these rows" }).click();
  await until(page, () => tributary.tables().then((t) => t.some((x) => x.table === "plates_without_runs")));
  assert.deepEqual(await page.evaluate(() => tributary.rows("SELECT lot FROM plates_without_runs")), [{ lot: "L3" }]);
});

test("a merge in place is changed: its kept columns, and back with undo", async ({ open, page, axe }) => {
  await open();
  await joined(page);
  await page.getByRole("button", { name: "Change or remove" }).click();
  await page.getByRole("menuitem", { name: "Change keys and columns…" }).click();
  const form = page.getByRole("region", { name: "Change how they are combined" });
  await form.getByText("20 of 30 rows of runs and 2 of 3 rows of plates find a match.").waitFor();
  await axe();
  await form.getByText("All 4 columns are kept").click();
  await form.getByRole("checkbox", { name: "reads" }).uncheck();
  await form.getByText("3 of 4 columns are kept").waitFor();
  await form.getByRole("button", { name: "Save the change" }).click();
  await form.waitFor({ state: "detached" });
  const columns = () => page.evaluate(() => tributary.rows("SELECT * FROM both LIMIT 1").then(([row]) => Object.keys(row)));
  assert.deepEqual(await columns(), ["sample", "plate", "lot"]);
  await page.evaluate(() => tributary.undo());
  assert.deepEqual(await columns(), ["sample", "plate", "reads", "lot"]);
});

test("columns are moved and hidden by their menu, in one step", async ({ open, page }) => {
  await open();
  await loadText(page, runs, { name: "runs.csv", table: "runs" });
  await explore(page);
  await menu(page, "reads", "Move to start");
  await page.waitForFunction(() => document.querySelector(".grid__name")?.textContent === "reads");
  await menu(page, "reads", "Move right");
  await page.waitForFunction(() => document.querySelector(".grid__name")?.textContent === "sample");
  assert.deepEqual(await heads(page), ["sample", "reads", "plate"]);
  await menu(page, "sample", "Hide");
  await page.waitForFunction(() => document.querySelectorAll(".grid__name").length === 2);
  assert.deepEqual(await heads(page), ["reads", "plate"]);
  assert.deepEqual(await steps(page), ["Keep the columns reads and plate, in this order"]);
});

test("a click on what is not a number filters to it", async ({ open, page }) => {
  await open();
  await loadText(page, "job,ratio\na,4\nb,0\nc,9\n", { name: "jobs.csv", table: "jobs" });
  // Infinity times nothing is not a number; times another number it is infinity.
  await page.evaluate(() => tributary.edit({ add_step: { node: { table: 2 }, op: { compute: { name: "share", formula: "exp(1000.0) * ratio" } } } }));
  await explore(page);
  await page.locator('.grid__cell[data-cell="1 2"] .grid__value').click();
  await page.locator(".chip", { hasText: "share" }).waitFor();
  await page.waitForFunction(() => /^1 of 3 rows/.test(document.querySelector(".explore__rows")?.textContent ?? ""));
  assert.equal(await page.locator(".problem").count(), 0);
});

test("a block of cells is chosen with Shift and added up exactly", async ({ open, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open();
  await loadText(page, runs, { name: "runs.csv", table: "runs" });
  await explore(page);
  await page.locator("#main .grid").focus();
  for (const key of ["ArrowDown", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  const status = page.locator(".explore__column");
  await status.getByText(/reads, all rows: n 30 · sum 4,350 · mean 145/).waitFor();
  for (let i = 0; i < 2; i++) await page.keyboard.press("Shift+ArrowDown");
  await status.getByText(/reads, rows \d+ to \d+: n 3 · /).waitFor();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Shift+Control+End");
  await status.getByText("3 columns, rows 1 to 30: n 90").waitFor();
  await page.keyboard.press("Control+c");
  await page.locator(".toast", { hasText: "Copied" }).waitFor();
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  assert.deepEqual([lines.length, lines[1]], [30, "S001\tP1\t10"]);
  // With the pointer: from one cell to another, without filtering.
  await page.keyboard.press("Control+Home");
  await page.locator('.grid__cell[data-cell="0 2"]').click({ position: { x: 4, y: 4 } });
  await page.locator('.grid__cell[data-cell="3 2"]').click({ modifiers: ["Shift"] });
  await status.getByText("reads, rows 1 to 4: n 4 · sum 60").waitFor();
  assert.equal(await page.locator(".step").count(), 0);
});

test("a failed step says so, what follows is not reached, and one click mends it", async ({ open, page }) => {
  await open();
  await loadText(page, runs, { name: "runs.csv", table: "runs" });
  await page.evaluate(async () => {
    const node = { table: 2 };
    await tributary.edit({ add_step: { node, op: { remove: { columns: ["nothing"] } } } });
    await tributary.edit({ add_step: { node, op: { filter: { column: "plate", test: { one_of: ["P1"] } } } } });
  });
  await go(page, "Explore");
  await page.locator(".step", { hasText: "Not reached" }).waitFor();
  await page.locator(".step").first().getByRole("button", { name: "Switch this step off.", exact: true }).click();
  await page.waitForFunction(() => /^10 of 30 rows/.test(document.querySelector(".explore__rows")?.textContent ?? ""));
  assert.equal(await page.locator(".step", { hasText: "Not reached" }).count(), 0);
});

test("a filter that is changed lists the values it was given", async ({ open, page }) => {
  await open();
  await loadText(page, runs, { name: "runs.csv", table: "runs" });
  await page.evaluate(() => tributary.edit({ add_step: { node: { table: 2 }, op: { filter: { column: "plate", test: { one_of: ["P1"] } } } } }));
  await explore(page);
  await page.locator(".step__sentence").first().click();
  await page.waitForFunction(() => document.querySelectorAll(".step-form .checks__text").length === 3);
  assert.deepEqual((await page.locator(".step-form .checks__text").allInnerTexts()).sort(), ["P0", "P1", "P2"]);
});

test("the place, the table, the mode and the SQL are there after a reload", async ({ open, page }) => {
  await open();
  await loadText(page, runs, { name: "runs.csv", table: "runs" });
  await loadText(page, "x,y\n1,2\n", { name: "other.csv", table: "other" });
  await go(page, "Explore");
  await page.getByLabel("Table", { exact: true }).selectOption({ label: "other (1 row)" });
  await page.locator(".segmented__option", { hasText: /^SQL$/ }).click();
  await page.locator(".sql__text").fill("SELECT sum(reads) AS total FROM runs");
  await page.keyboard.press("Control+Enter");
  await page.locator(".sql__count", { hasText: "1 row" }).waitFor();
  await page.locator(".sql__text").fill("SELECT plate FROM runs");
  await page.evaluate(() => tributary.saved());
  await page.waitForTimeout(900);
  await page.reload();
  await page.waitForSelector('.app[data-place="explore"]');
  await page.waitForFunction(() => document.querySelector(".sql__text")?.value === "SELECT plate FROM runs");
  await page.waitForFunction(() => document.querySelector('select[aria-label="Table"]')?.value === "t4");
  await page.getByRole("button", { name: "History" }).click();
  await page.getByRole("menuitem", { name: "SELECT sum(reads) AS total FROM runs" }).waitFor();
});

test("merges made by themselves go with one Undo and stay away", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await page.evaluate(() => tributary.sample("sequencing"));
  const tables = () => page.evaluate(() => tributary.tables().then((t) => t.map((x) => x.table)));
  const before = await tables();
  assert.match(await page.evaluate(() => tributary.undo()), /^combine /);
  const apart = await tables();
  assert.ok(apart.length < before.length, `${before} → ${apart}`);
  // Nothing is left to be taken apart: what comes next is a file, or the title.
  assert.doesNotMatch(await page.evaluate(() => tributary.undo()), /^combine /);
  await page.evaluate(() => tributary.redo());
  assert.deepEqual(await tables(), apart);
  // A table that has nothing to do with them does not bring them back.
  const buffer = Buffer.from("word,text\nalpha,one\nbeta,two\n");
  await page.locator("#choose-files").setInputFiles([{ name: "notes.csv", mimeType: "text/csv", buffer }]);
  await until(page, () => tributary.tables().then((t) => t.some((x) => x.table === "notes")));
  await page.waitForTimeout(1_500);
  assert.deepEqual(await tables(), [...apart, "notes"]);
});
