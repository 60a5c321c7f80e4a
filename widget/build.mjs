// Bundles the parts of the widget into the Python package; with --check proves that what is committed there equals a fresh build.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { minify } from "terser";

const STATIC = new URL("../corrigenda/static/corrigenda/widget/", import.meta.url);
const PARTS = [
  { source: "src/loader.ts", target: "corrigenda.js", format: "iife" },
  { source: "src/dialog.ts", target: "dialog.js", format: "esm" },
  { source: "src/choose.ts", target: "choose.js", format: "esm" },
  { source: "src/difference.ts", target: "difference.js", format: "esm" },
  { source: "src/known.ts", target: "known.js", format: "esm" },
  { source: "src/later.ts", target: "later.js", format: "esm" },
  { source: "src/solve.ts", target: "solve.js", format: "esm" },
  { source: "src/notices.ts", target: "notices.js", format: "esm" },
  { source: "src/notes.ts", target: "notes.js", format: "esm" },
  { source: "src/module.ts", target: "module.js", format: "esm", conditions: ["module-api"] },
];

/** Puts a style sheet into the bundle as its minified text. */
export const styleText = {
  name: "style-text",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      // The minifier keeps the space that begins the value of a custom property.
      return { contents: code.trimEnd().replace(/(--[a-z-]+): /g, "$1:"), loader: "text" };
    });
  },
};

/** Returns the bundle's text. */
async function bundle({ source, format, conditions = [] }) {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    entryPoints: [source],
    bundle: true,
    minify: true,
    format,
    conditions,
    // Without the page's own, which would begin the loader with a "use strict".
    tsconfigRaw: {},
    target: "es2020",
    charset: "utf8",
    // A library's own licence goes along with it.
    legalComments: "inline",
    plugins: [styleText],
    write: false,
    logLevel: "warning",
  });
  // A second minifier finds what the first one leaves: two bytes in a hundred, after gzip.
  const { code } = await minify(outputFiles[0].text, {
    module: format === "esm",
    ecma: 2020,
    compress: { passes: 3, hoist_funs: format === "esm" },
    format: { comments: /^!|@license/ },
  });
  return code.replace(/;$/, "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const part of PARTS) {
    const path = new URL(part.target, STATIC);
    const text = await bundle(part);
    if (!process.argv.includes("--check")) {
      await writeFile(path, text);
    } else if (text !== (await readFile(path, "utf8").catch(() => ""))) {
      throw new Error(`${part.target} is not what the sources make: run \`npm run build\` and commit it.`);
    }
  }
}
