// What a test file uses: `test(name, [options], async (t) => …)` and the checks.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";

export { assert };

const tests = [];
let currentFile = "";

export function startFile(name) {
  currentFile = name;
}

export function collected() {
  return tests;
}

/// Registers one test. `body` gets `{ page, context, browser, url, server, open, axe, logs, program }`:
/// - `open(hash = "")` loads the page and waits until it has started.
/// - `axe(include?)` fails on accessibility findings.
/// - `program` is what starts a browser of one's own: see lib/killable.mjs.
/// - `logs` holds console messages; unexpected errors fail the test after it ran.
/// Options: `viewport`, `colorScheme`, `locale`, `timeoutMs` (60 s), `allowHosts` (hosts that may be contacted,
/// or a regular expression for them),
/// `allowErrors` (true, or a regular expression for console errors that are expected), `bare` (no page).
export function test(name, options, body = options) {
  tests.push({ file: currentFile, name, options: typeof options === "function" ? {} : options, body });
}

const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/// Fails with one line a finding when axe-core finds something on the page.
export async function axe(page, include) {
  const script = await readFile(axeSource, "utf8");
  // Not `addScriptTag`: the content policy of the page forbids it, and should.
  await page.evaluate(script);
  const violations = await page.evaluate(async (include) => {
    const found = await window.axe.run(include ?? document, { resultTypes: ["violations"] });
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id} (${v.impact}): ${n.target.join(" ")}: ${v.help}`));
  }, include);
  assert.deepEqual(violations, [], "accessibility findings");
}
