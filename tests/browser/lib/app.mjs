// What several test files do with the app.
import assert from "node:assert/strict";

/// Runs `call` on the page and returns the Problem it fails with; fails when it succeeds or throws
/// something else.
export async function problemOf(page, call, argument) {
  // As one text: the page's content policy forbids `eval`, and the error would lose its Problem on the way.
  const outcome = await page.evaluate(`(async () => {
    try {
      return { value: JSON.stringify(await (${call})(${JSON.stringify(argument)}))?.slice(0, 500) ?? "nothing" };
    } catch (error) {
      return { problem: error?.problem ?? null, text: String(error) };
    }
  })()`);
  assert.ok(!("value" in outcome), `expected a problem, got ${outcome.value}`);
  assert.ok(outcome.problem, `no Problem but ${outcome.text}`);
  const { problem } = outcome;
  assert.match(problem.what, /\w/, "a Problem says what happened");
  assert.doesNotMatch(problem.code, /^bug/, `a Problem of our own making: ${JSON.stringify(problem)}`);
  return problem;
}

/// A Problem in one text.
export const words = (problem) => [problem.what, problem.why, ...(problem.hints ?? []).map((hint) => hint.text ?? hint)].join(" ");

/// Everything in IndexedDB, localStorage and sessionStorage as one text: keys, texts and the bytes of blobs.
export function dumpOfStorage(page) {
  return page.evaluate(async () => {
    const out = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    const done = (request) => new Promise((yes, no) => ((request.onsuccess = () => yes(request.result)), (request.onerror = () => no(request.error))));
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        const part = db.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([done(part.getAllKeys()), done(part.getAll())]);
        for (const [i, value] of values.entries()) {
          const text = value instanceof Blob ? await value.text() : typeof value === "string" ? value : JSON.stringify(value);
          out.push(`${name}/${store}/${keys[i]}: ${text}`);
        }
      }
      db.close();
    }
    return out.join("\n");
  });
}

/// The ledger's equation.
export function addsUp(ledger) {
  const { rows_in_file, rows_loaded, rows_set_aside, rows_header, rows_blank, rows_comment } = ledger;
  assert.equal(rows_in_file, rows_loaded + rows_set_aside + rows_header + rows_blank + rows_comment, JSON.stringify(ledger));
}

/// Opens one of the four places by its tab.
export async function go(page, place) {
  await page.locator(`nav.places .places__word[data-word="${place}"]`).click();
  await page.waitForSelector(`.app[data-place="${place.toLowerCase()}"]`);
}

/// Loads a text as a file.
export const loadText = (page, text, options) =>
  page.evaluate(([text, options]) => tributary.load(new TextEncoder().encode(text), options), [text, options]);

/// Waits until `call` on the page gives something true. (`page.waitForFunction` does not wait for promises.)
export async function until(page, call, timeoutMs = 20_000) {
  const end = Date.now() + timeoutMs;
  while (!(await page.evaluate(call))) {
    assert.ok(Date.now() < end, `still not so after ${timeoutMs} ms: ${call}`);
    await page.waitForTimeout(100);
  }
}
