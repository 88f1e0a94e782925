// Steps that clean: from the column's menu and the palette, with a preview, in the recipe, and back with undo.
import { assert, test } from "../lib/harness.mjs";
import { go, loadText } from "../lib/app.mjs";

const customers = `id,name,city,phone,spent
1, Ana  Müller ,Boston,+49-30-1234,120
2,BOB SMITH,new york,,110
3,Ana Müller,New York,+49-30-1234,120
4,Carla Díaz,New York,+34-91-555,95
5,D'Arcy O.,Boston,+1-617-1,4000
6,Eve,Bostn,,101
`;

const menu = async (page, column, item) => {
  await page.locator(".grid__name", { hasText: new RegExp(`^${column}$`) }).click();
  await page.getByRole("menuitem", { name: item }).click();
};
const explore = async (page) => {
  await loadText(page, customers, { name: "customers.csv", table: "customers" });
  await go(page, "Explore");
  await page.waitForSelector(".grid__cell[data-state=there]");
};
const column = (page, name) => page.evaluate((n) => tributary.rows(`SELECT "${n}" AS x FROM customers ORDER BY id`).then((rows) => rows.map((r) => r.x)), name);
const add = async (page) => {
  await page.getByRole("button", { name: "Add step" }).click();
  await page.locator(".step-form").waitFor({ state: "detached" });
};

test("missing cells are filled from the column's menu, seen before, counted after, and taken back", async ({ open, page, axe }) => {
  await open();
  await explore(page);
  await menu(page, "phone", "Fill missing cells…");
  const form = page.locator(".step-form");
  await form.getByLabel("Fill with").selectOption({ label: "A value" });
  await form.getByLabel("Value", { exact: true }).fill("unknown");
  await form.getByText("6 rows, as before; 2 cells filled").waitFor();
  await axe();
  await add(page);
  await page.locator(".step__remark", { hasText: "2 cells filled" }).waitFor();
  assert.deepEqual((await column(page, "phone")).filter((x) => x === "unknown").length, 2);
  await page.evaluate(() => tributary.undo());
  assert.deepEqual((await column(page, "phone")).filter((x) => x === null).length, 2);
});

test("spelling variants are found, left out one by one, and become a map", async ({ open, page, axe }) => {
  await open();
  await explore(page);
  await menu(page, "city", "Replace values, unite variants…");
  const form = page.locator(".step-form");
  await form.getByRole("button", { name: "Find spelling variants" }).click();
  const boston = form.getByRole("region", { name: "Variants of Boston" });
  await boston.waitFor();
  await form.getByRole("button", { name: /^Take over all that are sure/ }).click();
  await axe();
  const york = form.getByRole("region", { name: "Variants of New York" });
  assert.equal(await york.getByRole("checkbox", { name: /^new york/ }).isChecked(), true);
  assert.equal(await boston.getByRole("checkbox", { name: /^Bostn/ }).isChecked(), false);
  await boston.getByRole("checkbox", { name: /^Bostn/ }).check();
  await york.getByRole("checkbox", { name: /^new york/ }).uncheck();
  await add(page);
  assert.deepEqual(await column(page, "city"), ["Boston", "new york", "New York", "New York", "Boston", "Boston"]);
  await page.locator(".step__sentence", { hasText: "In city, 'Bostn' becomes 'Boston'" }).waitFor();
});

test("text is tidied and split, and duplicates go", async ({ open, page }) => {
  await open();
  await explore(page);
  await menu(page, "name", "Tidy text…");
  await page.locator(".step-form").getByText("1 cell changed").waitFor();
  await add(page);
  await menu(page, "phone", "Split into columns…");
  const form = page.locator(".step-form");
  await form.getByLabel("Split at").fill("-");
  await form.getByLabel("Names of the new columns").fill("country, rest");
  await form.getByText(/2 columns more/).waitFor();
  await add(page);
  assert.deepEqual((await column(page, "rest"))[0], "30-1234");
  await menu(page, "name", "Remove duplicates by this column…");
  await form.getByText("6 → 5 rows").waitFor();
  await add(page);
  await page.locator(".step__remark", { hasText: "1 row was alike another" }).waitFor();
});

test("a step is begun from the palette, and a pattern that cannot be read says so", async ({ open, page }) => {
  await open();
  await explore(page);
  await go(page, "Report");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands, tables and columns" }).fill("extract by");
  await page.keyboard.press("Enter");
  const form = page.locator(".step-form");
  await form.getByRole("combobox", { name: "Column", exact: true }).selectOption("phone");
  await form.getByLabel("Pattern (regular expression)").fill("(\\d+");
  await form.getByLabel("Name of the new column").fill("country");
  await form.locator(".problem", { hasText: "The pattern cannot be read." }).waitFor();
  await form.getByLabel("Pattern (regular expression)").fill("\\+(\\d+)");
  await form.getByText("found in 4 of 6 rows").waitFor();
  await add(page);
  assert.deepEqual(await column(page, "country"), ["49", null, "49", "34", "1", null]);
});

test("an outlier is marked in a column of its own", async ({ open, page }) => {
  await open();
  await explore(page);
  await menu(page, "spent", "Mark outliers…");
  await page.locator(".step-form").getByText("1 value is beyond the fences").waitFor();
  await add(page);
  assert.deepEqual(await column(page, "spent is an outlier"), [false, false, false, false, true, false]);
});
