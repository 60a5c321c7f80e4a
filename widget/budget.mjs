// Prints the bytes of both stages as built, and fails where one is over its budget (package.json, "budget": bytes after gzip -9).
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const { budget } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
let over = false;

for (const [name, limit] of Object.entries(budget)) {
  const content = readFileSync(new URL(`../corrigenda/static/corrigenda/widget/${name}`, import.meta.url));
  const packed = gzipSync(content, { level: 9 }).length;
  over ||= packed > limit;
  process.stdout.write(`${name}: ${content.length} bytes, ${packed} gzip of ${limit}\n`);
}
if (over) {
  throw new Error("A stage of the widget is over its byte budget.");
}
