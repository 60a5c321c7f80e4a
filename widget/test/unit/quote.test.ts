// Tests of the passage's description: selectors on the shared vectors, lines, words and sentences.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { linesOf, selectorsOf, widen } from "../../src/quote";

interface Vector {
  readonly name: string;
  readonly text: string;
  readonly quote: object;
  readonly position: { readonly start: number; readonly end: number };
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/selectors.json", import.meta.url), "utf8"),
) as Vector[];

for (const { name, text, quote, position } of vectors) {
  test(`selectors, shared vector: ${name}`, () => {
    assert.deepEqual(selectorsOf(text, [position.start, position.end]), [quote, position]);
  });
}

test("a span that begins or ends inside a surrogate pair takes the whole pair", () => {
  const [quote, position] = selectorsOf("a😀b😀c", [2, 5]);
  assert.equal(quote.exact, "😀b😀");
  assert.deepEqual([position.start, position.end], [1, 6]);
});

test("the context never holds half of a pair", () => {
  for (let shift = 0; shift < 4; shift++) {
    const around = "x".repeat(shift) + "😀y".repeat(40);
    const [{ prefix, suffix }] = selectorsOf(`${around}word${around}`, [around.length, around.length + 4]);
    assert.equal(Array.from(prefix).length, 32);
    assert.equal(Array.from(suffix).length, 32);
    assert.doesNotThrow(() => encodeURIComponent(prefix + suffix));
  }
});

const TEXT = "Headline\nMr. Fox lost 3.5 million. The п’ять ships’ crews left. Done\nLast line";

function at(words: string): [number, number] {
  const start = TEXT.indexOf(words);
  assert.ok(start >= 0);
  return [start, start + words.length];
}

test("lines hold the whole paragraph, at the text's ends too", () => {
  assert.deepEqual(linesOf(TEXT, [0, 0]), at("Headline"));
  assert.deepEqual(linesOf(TEXT, at("Last")), at("Last line"));
  assert.deepEqual(linesOf(TEXT, at("line\nMr")), at("Headline\nMr. Fox lost 3.5 million. The п’ять ships’ crews left. Done"));
});

test("words are completed, whole words stay", () => {
  assert.deepEqual(widen(TEXT, at("illio"), "en", "word"), at("million"));
  assert.deepEqual(widen(TEXT, at("’ять"), "uk", "word"), at("п’ять"));
  assert.deepEqual(widen(TEXT, at("lost 3.5"), "en", "word"), at("lost 3.5"));
});

test("a sentence ends at its full stop, not at a decimal point, and never crosses a line", () => {
  assert.deepEqual(widen(TEXT, at("lost"), "en", "sentence")[1], at("The п’ять")[0]);
  assert.deepEqual(widen(TEXT, at("crews"), "en", "sentence"), at("The п’ять ships’ crews left. "));
  assert.deepEqual(widen(TEXT, at("left. Done"), "en", "sentence"), at("The п’ять ships’ crews left. Done"));
});

test("without Intl.Segmenter words stay as they are, and the line is the sentence", (context) => {
  const whole = Object.getOwnPropertyDescriptor(Intl, "Segmenter");
  assert.ok(whole);
  context.after(() => Object.defineProperty(Intl, "Segmenter", whole));
  Reflect.deleteProperty(Intl, "Segmenter");
  assert.deepEqual(widen(TEXT, at("illio"), "en", "word"), at("illio"));
  assert.deepEqual(widen(TEXT, at("Done"), "en", "sentence"), at("Mr. Fox lost 3.5 million. The п’ять ships’ crews left. Done"));
});
