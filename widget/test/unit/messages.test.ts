// Tests that the list of messages and the sources agree: none unknown, none left over.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import messages from "../../messages.json";

const SOURCES = new URL("../../src/", import.meta.url);
const code = readdirSync(SOURCES)
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(new URL(name, SOURCES), "utf8"))
  .join("\n");

test("every message is said somewhere", () => {
  // The labels and hints of the fields are named by the fields.
  const fields = new Map([...code.matchAll(/\$\{id\}(Label|Hint)/g)].map(([, end]) => [end, true]));
  for (const key of Object.keys(messages)) {
    const [, field, end] = /^(.*?)(Label|Hint)?$/.exec(key) ?? [];
    const named = fields.has(end) && code.includes(`"${field ?? ""}"`);
    assert.ok(named || code.includes(`"${key}"`), `${key} is never said`);
  }
});

test("messages are plain text, and name only values that the dialog has", () => {
  for (const [key, text] of Object.entries(messages)) {
    assert.ok(text.trim() === text && text && !/[<>&]/.test(text), key);
    for (const [, name] of text.matchAll(/\{(\w+)\}/g)) assert.ok(["max", "number", "total", "status"].includes(name ?? ""), key);
  }
});

test("no source writes markup or styles into the page as a string", () => {
  assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|setAttribute\("style"|\beval\(|new Function/);
});
