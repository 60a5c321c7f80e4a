// Bundles the tests and runs them under node --test: `node test/run.mjs [part of a file's name]`.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { styleText } from "../build.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const wanted = process.argv[2] ?? "";
const chromium = process.env.CORRIGENDA_CHROMIUM || "/usr/bin/chromium";
const browser = existsSync(chromium) || process.env.CI === "true";
if (!browser) {
  process.stdout.write(`The widget's browser tests are skipped: install Chromium, or name it in CORRIGENDA_CHROMIUM (not at ${chromium}).\n`);
}
const tests = readdirSync("test", { recursive: true })
  .filter((path) => path.endsWith(".test.ts") && path.includes(wanted) && (browser || !path.startsWith("browser")))
  .sort();

rmSync(".build", { recursive: true, force: true });
await build({
  entryPoints: tests.map((path) => `test/${path}`),
  outdir: ".build",
  outbase: "test",
  plugins: [styleText],
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  sourcemap: "inline",
});
// The reading of the page as a script of its own, for the tests that call it inside one.
await build({
  entryPoints: ["test/support/inside.ts"],
  outfile: ".build/inside.js",
  bundle: true,
  format: "iife",
  globalName: "inside",
  plugins: [styleText],
});

const files = tests.map((path) => `.build/${path.replace(/\.ts$/, ".js")}`);
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", "--test-concurrency=2", ...files], {
  stdio: "inherit",
  env: { ...process.env, CORRIGENDA_CHROMIUM: chromium },
});
process.exitCode = status ?? 1;
