// Web APIs as a user meets them: the form, failed requests and another try, keys after a reload.
import { assert } from "../lib/harness.mjs";
import { apiTest, gets, load } from "../lib/api_test.mjs";
import { go, until } from "../lib/app.mjs";
import { json, records } from "../lib/web_api.mjs";

const addresses = (page) => page.getByLabel("Addresses, one a line, or a curl line");
const fetchNow = (page) => page.getByRole("button", { name: "Fetch", exact: true }).click();

async function openForm(page) {
  await page.getByRole("button", { name: "Web address" }).click();
  await addresses(page).waitFor();
}

apiTest("'Try again' on a failed fetch asks the same once more, with its key", { allowErrors: /Failed to load resource/ }, async ({ open, page, api }) => {
  let isDown = true;
  api.routes["/items"] = (_, response) => (isDown ? void json(response, { error: "down" }, 500) : records(1, 3));
  let choosers = 0;
  page.on("filechooser", () => (choosers += 1));
  await open();
  await openForm(page);
  await addresses(page).fill(`${api.origin}/items`);
  await page.getByRole("button", { name: "Add a header or key" }).click();
  await page.getByLabel("Name of the header").fill("X-Api-Key");
  await page.getByLabel("Value of the header").fill("again");
  await fetchNow(page);
  const failed = page.locator('.job[data-state="failed"]');
  await failed.getByText(/status 500/).waitFor();
  isDown = false;
  await failed.getByRole("button", { name: "Try again" }).click();
  await until(page, async () => (await tributary.tables())[0]?.rows === 3);
  assert.equal(choosers, 0, "a file was asked for");
  assert.equal(await page.locator(".job").count(), 0);
  assert.deepEqual(gets(api).map(({ headers }) => headers["x-api-key"]), ["again", "again"]);
});

apiTest("a source that needs a key can be refreshed after a reload", { allowErrors: /Failed to load resource/ }, async ({ open, page, api, axe }) => {
  let n = 3;
  api.routes["/items"] = (request, response) => (request.headers["x-api-key"] === "k" ? records(1, n++) : void json(response, { error: "who?" }, 401));
  await open();
  await load(page, `${api.origin}/items`, { headers: { "X-Api-Key": "k" }, table: "items" });
  await page.evaluate(() => tributary.saved());
  await page.reload();
  await page.waitForFunction(() => window.tributary);
  await page.evaluate(() => tributary.ready);
  await go(page, "Sources");
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.locator('.job[data-state="failed"]').getByRole("button", { name: "Add a key" }).click();
  const panel = page.getByRole("complementary", { name: "Change the request" });
  await panel.waitFor();
  assert.equal(await panel.getByLabel("Address, or a curl line").inputValue(), `${api.origin}/items`);
  await axe(".side-panel");
  await panel.getByLabel("Name of the header").fill("X-Api-Key");
  await panel.getByLabel("Value of the header").fill("k");
  await panel.getByRole("button", { name: "Fetch again" }).click();
  await until(page, async () => (await tributary.rows("SELECT count(*) AS n FROM items"))[0].n === 4);
  assert.equal((await page.evaluate(() => tributary.tables())).length, 1, "it took the place of the source");
  assert.equal(await page.locator(".job").count(), 0);
  // The key is known again.
  await page.getByRole("button", { name: "Refresh" }).click();
  await until(page, async () => (await tributary.rows("SELECT count(*) AS n FROM items"))[0].n === 5);
});

apiTest("several addresses at once become several sources", async ({ open, page, api }) => {
  api.routes["/plates"] = () => records(1, 3);
  api.routes["/runs"] = () => records(1, 5);
  await open();
  await openForm(page);
  await addresses(page).fill(`${api.origin}/plates\n\n${api.origin}/runs\n`);
  await fetchNow(page);
  await until(page, async () => (await tributary.tables()).length >= 2);
  const tables = await page.evaluate(async () => (await tributary.tables()).map(({ rows }) => rows));
  assert.ok(tables.includes(3) && tables.includes(5), JSON.stringify(tables));
});

apiTest("the form says what is wrong and keeps what was typed", { viewport: { width: 390, height: 800 } }, async ({ open, page, api, axe }) => {
  api.routes["/items"] = (_, __, url) => records((Number(url.searchParams.get("seite") ?? 1) - 1) * 2 + 1, Number(url.searchParams.get("seite") ?? 1) < 4 ? 2 : 0);
  await open();
  await openForm(page);
  await addresses(page).fill(`${api.origin}/items\nhello world`);
  await fetchNow(page);
  const problem = page.locator(".side-panel .problem");
  await problem.getByText("This is not a web address.").waitFor();
  assert.match(await problem.innerText(), /line 2/i);
  await addresses(page).fill(`${api.origin}/items`);
  await page.getByRole("button", { name: "Add a header or key" }).click();
  await page.getByLabel("Name of the header").fill("X Key");
  await page.getByLabel("Value of the header").fill("s3cret");
  await fetchNow(page);
  await problem.getByText("'X Key' cannot be the name of a header.").waitFor();
  assert.doesNotMatch(await problem.innerText(), /s3cret/);
  await page.getByRole("button", { name: "Remove this header" }).click();

  // How the pages are asked for lies under More.
  const limit = page.getByLabel("Page limit");
  assert.equal(await limit.isVisible(), false);
  await page.locator(".more__summary").click();
  await limit.fill("0");
  await fetchNow(page);
  await problem.getByText(/from 1 to 10,000/).waitFor();
  await limit.fill("2");
  await page.getByText(/followed, up to 2\./).waitFor();
  await page.locator(".more select").selectOption("page");
  await page.getByLabel("Parameter").fill("seite");
  await axe(".side-panel");
  assert.equal(gets(api).length, 0, "something was asked before it was right");
  await fetchNow(page);
  await until(page, async () => (await tributary.tables())[0]?.rows === 4);
});
