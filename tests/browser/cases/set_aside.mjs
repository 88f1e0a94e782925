// Rows that were set aside are repaired, kept and dropped, and rules switched off and on: each undone, saved, and used for the next file.
import { assert, test } from "../lib/harness.mjs";
import { go, loadText, until } from "../lib/app.mjs";

// Line 4 has a word where a number stands, line 6 a cell too many; "NA" is a stand-in among numbers.
const torn = "id,a,b,c\n1,2,3,4\n5,6,7,8\nx,1,2\n5,6,7,NA\n1,2,x,3,4\nx,3,4\n";

const rows = (page) => page.evaluate(() => tributary.rows("SELECT * FROM torn"));

async function openPanel(page) {
  await loadText(page, torn, { name: "torn.csv" });
  await go(page, "Sources");
  await page.getByRole("button", { name: /^see what was/ }).click();
  await page.locator(".aside").waitFor();
}

/// Presses a button of the panel and waits until the source has been read again.
async function press(page, name) {
  await page.locator(".side-panel").getByRole("button", { name }).first().click();
  await page.locator('.aside[aria-busy="false"]').waitFor();
}

test("set aside: a row is repaired in its place, another kept, another dropped, and all is undone", async ({ open, page, axe }) => {
  await open();
  await openPanel(page);
  await axe(".side-panel");
  assert.equal(await page.locator(".aside__table tbody tr").count(), 3);
  assert.match(await page.locator(".aside").innerText(), /Line 4[\s\S]*x,1,2/);

  await page.getByRole("button", { name: "Repair line 4" }).click();
  const editor = page.getByLabel("Line 4 as it should be");
  await editor.waitFor();
  await editor.press("Escape");
  assert.equal(await editor.count(), 0, "Esc leaves the row");
  assert.ok(await page.locator(".side-panel").isVisible(), "and not the panel");
  await page.getByRole("button", { name: "Repair line 4" }).click();
  await editor.fill("9,1,2,3");
  await editor.press("Enter");
  await until(page, async () => (await tributary.rows("SELECT * FROM torn")).length === 4);
  assert.deepEqual((await rows(page)).map((r) => r.id), [1, 5, 9, 5], "in the order of the file");

  await press(page, /^Keep line 6/);
  await until(page, async () => (await tributary.rows("SELECT * FROM torn")).length === 5);
  const kept = (await rows(page))[4];
  assert.deepEqual([kept.id, kept.a, kept.b, kept.c, kept.extra_1], [1, 2, null, 3, 4]);
  assert.match(await page.locator(".aside").innerText(), /b: 'x' is not a whole number: kept aside, 1 cell, in line 6/);

  await press(page, "Drop line 7");
  await until(page, async () => !document.querySelector(".aside__table"));
  assert.match(await page.locator(".aside__account").innerText(), /5 rows loaded · 2 of them repaired or kept by you · 1 dropped by you/);
  assert.equal(await page.locator("#aside-decided + .aside__rules > .aside__rule").count(), 3);
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY", "the keyboard has a place to go on from");
  await axe(".side-panel");

  // What was decided is saved with the workspace.
  await page.evaluate(() => tributary.saved());
  await page.reload();
  await page.waitForFunction(() => window.tributary);
  await page.evaluate(() => tributary.ready);
  assert.equal((await rows(page)).length, 5);

  for (const n of [5, 4, 3]) {
    await page.evaluate(() => tributary.undo());
    assert.equal((await rows(page)).length, n);
  }
  await page.evaluate(() => tributary.redo());
  assert.equal((await rows(page)).length, 4);
});

test("set aside: a decision is taken back, and all alike are decided on at once", async ({ open, page }) => {
  await open();
  await openPanel(page);
  await press(page, "Drop line 7");
  await until(page, async () => document.querySelectorAll(".aside__table tbody tr").length === 2);
  await press(page, /^Take back: line 7/);
  await until(page, async () => document.querySelectorAll(".aside__table tbody tr").length === 3);
  await press(page, /^Keep all 2 rows: too few cells/);
  await until(page, async () => (await tributary.rows("SELECT * FROM torn")).length === 5);
  assert.deepEqual((await rows(page)).map((r) => r.a), [2, 6, 1, 6, 3]);
});

test("set aside: a rule is switched off for its column, and on again", { viewport: { width: 390, height: 800 } }, async ({ open, page }) => {
  await open();
  await openPanel(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `wider than the phone: ${width}`);
  const values = async () => (await rows(page)).map((r) => r.c);
  assert.deepEqual(await values(), [4, 8, null]);
  await press(page, /^As written: c: 'NA' read as missing/);
  await until(page, async () => (await tributary.rows("SELECT c FROM torn")).some((r) => r.c === "NA"));
  assert.deepEqual(await values(), ["4", "8", "NA"]);
  await press(page, /^Use the rule: c/);
  await until(page, async () => (await tributary.rows("SELECT c FROM torn")).every((r) => r.c !== "NA"));
  assert.deepEqual(await values(), [4, 8, null]);
});
