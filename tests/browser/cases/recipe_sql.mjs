// The SQL that a recipe is shown as gives the same rows in other databases, for the cases that claim it.
import { fileURLToPath } from "node:url";
import { assert, test } from "../lib/harness.mjs";
import { runPython } from "../lib/python.mjs";

test("the SQL of recipes gives the same rows in DuckDB and SQLite where it claims to", { timeoutMs: 240_000 }, async () => {
  const folder = fileURLToPath(new URL("../../golden/recipe", import.meta.url));
  const outcomes = await runPython("run_recipes.py", folder);
  assert.ok(outcomes.length >= 20, `only ${outcomes.length} claims`);
  assert.deepEqual(outcomes.filter(([, , wrong]) => wrong !== null), []);
});
