// Tests the reading of the page in a real browser: the shared vectors, and the map between the text and the DOM.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { cost } from "../support/cost";
import type * as Inside from "../support/inside";
import { setStage } from "../support/stage";

declare const inside: typeof Inside;

interface Vector {
  readonly name: string;
  readonly html: string;
  readonly text: string;
}
const vectors = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/plain_text.json", import.meta.url), "utf8"),
) as Vector[];

const stage = setStage();

test("the shared vectors of plain text", async (context) => {
  const page = await stage.visit(stage.publisher.publishBlank("/vectors"));
  assert.ok(vectors.length > 50);
  for (const { name, html, text } of vectors) {
    await context.test(name, async () => {
      const read = await page.evaluate((source) => {
        (document.body as unknown as { setHTMLUnsafe: (html: string) => void }).setHTMLUnsafe(source);
        const plain = inside.readPlainText(document.body);
        const wrong = plain.runs.filter(({ node, from, at, length }) => {
          const there = node.data.slice(from, from + length).replace(/[\t\n\f\r ]+/g, " ");
          return there !== plain.text.slice(at, at + length);
        });
        return { text: plain.text, wrong: wrong.length };
      }, html);
      assert.deepEqual(read, { text, wrong: 0 });
    });
  }
  await stage.leave(page);
});

test("each span of a text leads to a range of the page, and back to itself", async () => {
  const page = await stage.visit(stage.publisher.publishBlank("/vectors"));
  for (const { html } of vectors) {
    const lost = await page.evaluate((source) => {
      (document.body as unknown as { setHTMLUnsafe: (html: string) => void }).setHTMLUnsafe(source);
      const plain = inside.readPlainText(document.body);
      const { length } = plain.text;
      const failures: string[] = [];
      for (let start = 0; start < length; start += 1 + Math.floor(length / 40)) {
        for (const end of [start + 1, Math.min(length, start + 7), length]) {
          const words = plain.text.slice(start, end);
          if (words.trim() !== words) continue;
          const range = inside.rangeOf(plain, [start, end]);
          // No range reaches from one tree into another.
          if (range?.collapsed && source.includes("shadowrootmode")) continue;
          const span = range && inside.spanOf(plain, range);
          if (span?.[0] !== start || span[1] !== end) failures.push(`${start}-${end}: ${JSON.stringify(span)}`);
        }
      }
      return failures;
    }, html);
    assert.deepEqual(lost, [], html);
  }
  await stage.leave(page);
});

/** Reads the words between two places, each given as "selector/index of child node/offset". */
async function wordsBetween(html: string, from: [string, number, number], to: [string, number, number]): Promise<string | null> {
  const page = await stage.visit(stage.publisher.publishBlank("/ranges"));
  const words = await page.evaluate(
    ([source, ...ends]) => {
      document.body.innerHTML = source;
      const range = document.createRange();
      const [start, end] = ends.map(([selector, child, offset]) => {
        const element = document.querySelector(selector);
        return { node: child < 0 ? element : element?.childNodes[child], offset };
      });
      if (!start?.node || !end?.node) throw new Error("no such place");
      range.setStart(start.node, start.offset);
      range.setEnd(end.node, end.offset);
      const plain = inside.readPlainText(document.body);
      const span = inside.spanOf(plain, range);
      return span ? plain.text.slice(...span) : null;
    },
    [html, from, to] as const,
  );
  await stage.leave(page);
  return words;
}

test("a range is read across markup, exactly", async () => {
  const html = "<p>The har<em>bour</em> opened</p><p>on  Friday.</p>";
  let words = await wordsBetween(html, ["p", 0, 5], ["em", 0, 2]);
  assert.equal(words, "arbo");
  words = await wordsBetween(html, ["p", 2, 1], ["p + p", 0, 5]);
  assert.equal(words, "opened\non F");
});

test("a triple click, which ends at the start of the next block, takes one paragraph", async () => {
  const words = await wordsBetween("<p>One two.</p>\n<p>Three.</p>", ["p", 0, 0], ["p + p", -1, 0]);
  assert.equal(words, "One two.");
});

test("white space at the ends is left out, no-break spaces and soft hyphens are kept", async () => {
  const words = await wordsBetween("<p>a  12\u00a0mil\u00adlion  b</p>", ["p", 0, 1], ["p", 0, 16]);
  assert.equal(words, "12\u00a0mil\u00adlion");
});

test("a range that covers no word is no span", async () => {
  let words = await wordsBetween("<p>a  b</p>", ["p", 0, 1], ["p", 0, 3]);
  assert.equal(words, null);
  words = await wordsBetween("<p>a</p><button>press</button>", ["button", 0, 0], ["button", 0, 5]);
  assert.equal(words, null);
});

test("the root is the article that holds the selection; unknown selectors match nothing", async () => {
  const page = await stage.visit(stage.publisher.publishBlank("/roots"));
  const found = await page.evaluate(() => {
    document.body.innerHTML =
      "<main id=m><article id=a><p>One</p><article id=inner><p id=pi>Comment</p></article></article><article id=b><p id=p>Two</p></article></main>";
    const range = document.createRange();
    const at = (id: string, selectors: string[]): string => {
      const element = document.getElementById(id);
      if (element) range.selectNodeContents(element);
      return inside.findRoot(selectors, [], document.body, range).id;
    };
    return [
      at("p", ["[itemprop=articleBody]", "article", "main"]),
      at("pi", ["article"]),
      at("p", [":::", "main"]),
      inside.findRoot(["article"], [], document.body).id,
      inside.findRoot(["nothing"], [], document.body).localName,
    ];
  });
  assert.deepEqual(found, ["b", "a", "m", "a", "body"]);
  await stage.leave(page);
});

/** Returns what the page's thread spends at best on a page of so many paragraphs: to read it, and to find a selection of all. */
async function costOf(page: Page, paragraphs: number): Promise<{ reading: number; finding: number }> {
  await page.evaluate((wanted) => {
    document.body.innerHTML = "<p>Many words with <em>some</em> markup in a paragraph of an article.</p>".repeat(wanted);
  }, paragraphs);
  const read = (): Promise<number> => page.evaluate(() => inside.readPlainText(document.body).text.length);
  const find = (): Promise<number> =>
    page.evaluate(() => {
      const range = document.createRange();
      range.selectNodeContents(document.body);
      return inside.spanOf(inside.readPlainText(document.body), range)?.[1] ?? 0;
    });
  const costs = { reading: Infinity, finding: Infinity };
  for (let round = 0; round < 5; round++) {
    costs.reading = Math.min(costs.reading, await cost(page, read));
    costs.finding = Math.min(costs.finding, await cost(page, find));
  }
  const ends = [await read(), await find()];
  assert.ok(Math.min(...ends) > paragraphs * 50);
  return costs;
}

test("a page of 200,000 characters costs less than a second, and one of twice that is read for twice the cost", async () => {
  const page = await stage.visit(stage.publisher.publishBlank("/long"));
  const [once, twice] = [await costOf(page, 3000), await costOf(page, 6000)];
  assert.ok(once.finding < 1000, `${once.finding} ms`);
  assert.ok(twice.reading / once.reading < 3, `${once.reading} ms, then ${twice.reading} ms`);
  await stage.leave(page);
});
