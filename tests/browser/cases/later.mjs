// The page's program comes in two parts: the desk arrives behind the start page.
import { assert, test } from "../lib/harness.mjs";

const DESK = /app-[0-9a-f]+_.*desk.*\.wasm$/;

test("the desk arrives by itself behind the start page, and only once", async ({ open, page }) => {
  const asked = [];
  page.on("request", (request) => {
    if (DESK.test(request.url())) asked.push(request.url());
  });
  const came = page.waitForResponse((response) => DESK.test(response.url()));
  await open();
  assert.equal((await came).status(), 200);
  await page.getByRole("button", { name: "Paste", exact: true }).first().click();
  await page.getByRole("heading", { name: /paste/i }).first().waitFor();
  assert.equal(asked.length, 1);
});

test("where the desk cannot be loaded the page says so, and tries again when asked", { allowErrors: true }, async ({ open, page }) => {
  let isDown = true;
  await page.route(DESK, (route) => (isDown ? route.abort() : route.continue()));
  await open();
  await page.getByRole("button", { name: "Paste", exact: true }).first().click();
  await page.getByText("A part of Tributary could not be loaded.").waitFor();
  isDown = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: /paste/i }).first().waitFor();
  assert.equal(await page.getByText("A part of Tributary could not be loaded.").count(), 0);
});
