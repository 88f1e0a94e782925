// Starts the page.
//
// The contract between the build, this file and the Rust code:
// - The build writes `<script type="module" src="./boot.js" data-app="./app-<hash>.js" data-wasm="./app-<hash>_bg.wasm">`.
// - This file loads those two; `main` of src/bin/app.rs then runs.
// - When `main` has returned, `#starting` is removed and the page gets the event `tributary-started`.
// - When anything fails, `#starting` says so in words and carries `data-state="failed"`.
// - Workers: `new Worker("./worker-reader.js?build=<id>", {type: "module"})`, and `worker-engine.js` alike;
//   their contract is in public/worker-boot.js. `<id>` is `option_env!("TRIBUTARY_BUILD")`.
// All addresses are relative to the page, so that it works under any path.

// The smallest module that uses 128-bit vectors: `i8x16.splat` in a function.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

const starting = document.getElementById("starting");

function say(text) {
  if (!starting) return;
  starting.textContent = text;
  starting.dataset.state = "failed";
  starting.setAttribute("role", "alert");
}

async function start() {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD)) {
    say("This browser is too old for Tributary. It needs Chrome or Edge 91, Firefox 89, Safari 16.4, or newer.");
    return;
  }
  const script = document.querySelector("script[data-app]");
  try {
    const app = await import(new URL(script.dataset.app, document.baseURI).href);
    await app.default({ module_or_path: new URL(script.dataset.wasm, document.baseURI) });
    starting?.remove();
    dispatchEvent(new CustomEvent("tributary-started"));
  } catch (error) {
    console.error(error);
    say(`Tributary could not start. Reload the page; if that does not help, the files on the server are incomplete. (${error})`);
  }
}

start();
