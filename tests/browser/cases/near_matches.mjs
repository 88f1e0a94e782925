// Keys that found no partner: their nearest candidates, accepted one by one and all at once, and taken back.
import { assert, test } from "../lib/harness.mjs";
import { go, loadText, until } from "../lib/app.mjs";

const VISITS = ["visit,town", "1,Berlin", "2,Wellingotn", "3,Lima", "4,Oslo", "5,Kyiv", "6,Reykjavk", "7,Tokio", "8,Nairobi"].join("\n");
const PLACES = ["town,country", "Berlin,DE", "Wellington,NZ", "Lima,PE", "Oslo,NO", "Kyiv,UA", "Reykjavik,IS", "Tokyo,JP", "Nairobi,KE"].join("\n");

test("mistyped keys are accepted as what is meant, and parted again", { timeoutMs: 60_000 }, async ({ open, page, axe }) => {
  await open();
  await loadText(page, VISITS, { name: "visits.csv" });
  await loadText(page, PLACES, { name: "places.csv" });
  await page.evaluate(async () => {
    const found = await tributary.suggest();
    const join = found.find((s) => s.kind === "join");
    // Where the two were put together already, there is nothing left to accept.
    if (join) await tributary.accept(join.id, { kind: "left" });
  });
  await go(page, "Combine");
  const card = page.locator(".merge").first();
  await card.locator(".merge__words", { hasText: "3 did not" }).waitFor();
  await card.getByRole("button", { name: "Look for near matches in places" }).click();
  const lines = card.locator(".near__list").first().locator(".near__line");
  await lines.first().waitFor();
  assert.equal(await lines.count(), 3);
  await axe();

  const wellington = lines.filter({ hasText: "Wellingotn" });
  await wellington.getByRole("button", { name: "Same: Wellingotn and Wellington" }).click();
  await card.locator(".merge__words", { hasText: "2 did not" }).waitFor();
  await card.locator(".unmatched__summary", { hasText: "1 key was accepted as the same" }).waitFor();

  await card.getByLabel("Accept all that are").selectOption("70");
  await card.getByRole("button", { name: "Accept 2" }).click();
  await card.locator(".unmatched__summary", { hasText: "3 keys were accepted as the same" }).waitFor();
  await until(page, async () => (await tributary.rows("SELECT count(country) AS n FROM visits_combined", { limit: 1 }))[0].n === 8);

  await page.keyboard.press("Control+z");
  await card.locator(".unmatched__summary", { hasText: "1 key was accepted as the same" }).waitFor();
  await card.locator(".unmatched__summary", { hasText: "1 key was" }).click();
  await card.getByRole("button", { name: "Do not take Wellingotn as Wellington" }).click();
  await card.locator(".merge__words", { hasText: "3 did not" }).waitFor();
});
