// static/js/canvas/main.js and the libraries it names become one file: static/dist/canvas.js.
import { build } from "esbuild";

await build({
  entryPoints: ["static/js/canvas/main.js"],
  outfile: "static/dist/canvas.js",
  bundle: true,
  minify: true,
  alias: { "lib0/logging": "./scripts/logging.mjs" },
  format: "esm",
  target: ["chrome110", "firefox115", "safari16"],
  legalComments: "none",
  logLevel: "warning",
});
