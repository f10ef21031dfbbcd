// static/js/canvas/main.js and the libraries it names become one file: static/dist/canvas.js. Beside it lies what draws
// charts, as it is published, notices of its licences included: the part of Plotly that knows points, lines and bars.
import { copyFileSync, readFileSync } from "node:fs";
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
copyFileSync("node_modules/plotly.js-basic-dist-min/plotly-basic.min.js", "static/dist/plotly.js");
console.log(`  ${(gzipSync(readFileSync(outfile)).length / 1000).toFixed(1)} kB gzipped`);
