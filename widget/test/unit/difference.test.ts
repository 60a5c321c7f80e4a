// Tests of the comparison of two wordings, word by word.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareWords } from "../../src/difference";

/** Writes a comparison as [-old-]{+new+}. */
function shown(before: string, after: string, language = "en"): string {
  return compareWords(before, after, language)
    .map(([tag, words]) => (tag === "del" ? `[-${words}-]` : tag === "ins" ? `{+${words}+}` : words))
    .join("");
}

test("a changed word, an added one, one that is gone", () => {
  assert.equal(shown("It cost 12 million.", "It cost 13 million."), "It cost [-12-]{+13+} million.");
  assert.equal(shown("The dog barked.", "The big dog barked."), "The {+big +}dog barked.");
  assert.equal(shown("The big dog barked.", "The dog barked."), "The [-big -]dog barked.");
  assert.equal(shown("to be deleted", ""), "[-to be deleted-]");
  assert.equal(shown("same", "same"), "same");
  assert.equal(shown("", "new"), "{+new+}");
});

test("words are never halved, in languages without spaces between them too", () => {
  assert.equal(shown("Wednesday", "Thursday"), "[-Wednesday-]{+Thursday+}");
  assert.equal(shown("10\u00a0800 грн", "10\u00a0900 грн", "uk"), "10\u00a0[-800-]{+900+} грн");
  assert.equal(shown("我们星期三见面", "我们星期四见面", "zh"), "我们[-星期三-]{+星期四+}见面");
  assert.equal(shown("🚢 came", "🚤 came"), "[-🚢-]{+🚤+} came");
});

test("old and new wording can both be read out of the comparison", () => {
  const words = ["the ", "a ", "ship ", "ships ", "left, ", "came. ", "31 "];
  let seed = 7;
  const draw = (): string => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Array.from({ length: seed % 9 }, (_, k) => words[(seed >> (k + 3)) % words.length] ?? "").join("");
  };
  for (let round = 0; round < 200; round++) {
    const [before, after] = [draw(), draw()];
    const all = compareWords(before, after, "en");
    assert.equal(all.filter(([tag]) => tag !== "ins").map(([, text]) => text).join(""), before);
    assert.equal(all.filter(([tag]) => tag !== "del").map(([, text]) => text).join(""), after);
  }
});

test("texts of any length are compared in no time", () => {
  for (const times of [600, 50_000]) {
    const begun = performance.now();
    const [before, after] = ["word ".repeat(times), "other ".repeat(times)];
    assert.deepEqual(compareWords(before, after, "en"), [["del", before], ["ins", after]]);
    assert.ok(performance.now() - begun < 1000);
  }
});

test("without Intl.Segmenter words end at white space", (context) => {
  const whole = Object.getOwnPropertyDescriptor(Intl, "Segmenter");
  assert.ok(whole);
  context.after(() => Object.defineProperty(Intl, "Segmenter", whole));
  Reflect.deleteProperty(Intl, "Segmenter");
  assert.equal(shown("It cost 12 million.", "It cost 13 million."), "It cost [-12-]{+13+} million.");
});
