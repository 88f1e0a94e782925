// A large file is read by several workers at once, and the table is to the byte the one that a single worker makes.
import { assert, test } from "../lib/harness.mjs";

test("a large CSV is the same table, however many readers there are", { timeoutMs: 90_000 }, async ({ open, page }) => {
  await open();
  await page.evaluate(() => tributary.ready);
  const { one, many, same } = await page.evaluate(async () => {
    const lines = ["id,site,at,value,code,note"];
    for (let i = 0; i < 120_000; i++) {
      const day = String(1 + (i % 28)).padStart(2, "0");
      const value = i % 11 ? ((i * 7919) % 10007) / 100 : "";
      // From some row on, a column of whole numbers is one of text.
      const code = i < 90_000 ? i % 500 : `X-${i % 500}`;
      lines.push(`${i},site ${i % 12},2026-01-${day},${value},${code},"line ${i % 40}\nnext, ""${i % 3}"""`);
    }
    const bytes = new TextEncoder().encode(`${lines.join("\n")}\n`);
    const Plain = window.Worker;
    let nReaders = 0;
    window.Worker = class extends Plain {
      constructor(address, options) {
        super(address, options);
        if (String(address).includes("reader")) nReaders++;
      }
    };
    const read = async (nProcessors) => {
      Object.defineProperty(navigator, "hardwareConcurrency", { value: nProcessors, configurable: true });
      nReaders = 0;
      const name = `by_${nProcessors}`;
      const [described] = await tributary.load(bytes, { name: "big.csv", table: name });
      const ipc = await tributary.query(`SELECT * FROM ${name}`);
      const [sums] = await tributary.rows(`SELECT count(*) AS n, sum(id) AS id, count(DISTINCT note) AS notes FROM ${name}`);
      return { described: { ...described, table: "" }, sums, nReaders, size: bytes.length, ipc: new Uint8Array(ipc) };
    };
    const one = await read(1);
    const many = await read(4);
    window.Worker = Plain;
    const same = one.ipc.length === many.ipc.length && one.ipc.every((byte, i) => byte === many.ipc[i]);
    // Bytes of millions need not travel out of the page.
    return { one: { ...one, ipc: null }, many: { ...many, ipc: null }, same };
  });
  assert.ok(one.size > 5e6, `${one.size} bytes are too few to be shared`);
  // The reader itself, unless it was waiting, and the next one, which is made ready; and three helpers.
  assert.ok(one.nReaders <= 2, `${one.nReaders} readers were started for one`);
  assert.ok(many.nReaders >= 4, `${many.nReaders} readers were started for several`);
  assert.deepEqual(many.described, one.described);
  assert.deepEqual(many.sums, one.sums);
  assert.equal(Number(one.sums.n), 120_000);
  assert.equal(Number(one.sums.notes), 120);
  assert.ok(same, "the tables differ in their bytes");
});
