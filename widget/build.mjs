// Bundles the two stages into the Python package; with --check proves that what is committed there equals a fresh build.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const STATIC = new URL("../corrigenda/static/corrigenda/widget/", import.meta.url);
const STAGES = [
  { source: "src/loader.ts", target: "corrigenda.js", format: "iife" },
  { source: "src/dialog.ts", target: "dialog.js", format: "esm" },
];

/** Puts a style sheet into the bundle as its minified text. */
export const styleText = {
  name: "style-text",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trimEnd(), loader: "text" };
    });
  },
};

/** Returns the bundle's text. */
async function bundle({ source, format }) {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
    entryPoints: [source],
    bundle: true,
    minify: true,
    format,
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    plugins: [styleText],
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const stage of STAGES) {
    const path = new URL(stage.target, STATIC);
    const text = await bundle(stage);
    if (!process.argv.includes("--check")) {
      await writeFile(path, text);
    } else if (text !== (await readFile(path, "utf8").catch(() => ""))) {
      throw new Error(`${stage.target} is not what the sources make: run \`npm run build\` and commit it.`);
    }
  }
}
