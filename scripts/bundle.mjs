// static/js/canvas/main.js and the libraries it names become one file: static/dist/canvas.js.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const outfile = "static/dist/canvas.js";
await build({
  entryPoints: ["static/js/canvas/main.js"],
  outfile,
  bundle: true,
  minify: true,
  alias: { "lib0/logging": "./scripts/logging.mjs" },
  format: "esm",
  target: ["chrome110", "firefox115", "safari16"],
  legalComments: "none",
  logLevel: "warning",
});
console.log(`  ${(gzipSync(readFileSync(outfile)).length / 1000).toFixed(1)} kB gzipped`);
