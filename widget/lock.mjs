// Keeps host names out of package-lock.json: drops what names one (`resolved`, `funding`), or with --check proves that none stands there.
import { readFileSync, writeFileSync } from "node:fs";

const path = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));

for (const entry of Object.values(lock.packages)) {
  delete entry.resolved;
  delete entry.funding;
  delete entry.deprecated;
}
const clean = `${JSON.stringify(lock, null, 2)}\n`;

if (clean.includes("://")) {
  throw new Error("package-lock.json still names a host after cleaning: look for '://' in it.");
}
if (!process.argv.includes("--check")) {
  writeFileSync(path, clean);
} else if (clean !== readFileSync(path, "utf8")) {
  throw new Error("package-lock.json names hosts: run `npm run lock`.");
}
