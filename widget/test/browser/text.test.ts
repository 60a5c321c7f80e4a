// Tests the reading of the page in a real browser: the shared vectors, and the map between the text and the DOM.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
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
  assert.equal(await wordsBetween(html, ["p", 0, 5], ["em", 0, 2]), "arbo");
  assert.equal(await wordsBetween(html, ["p", 2, 1], ["p + p", 0, 5]), "opened\non F");
});

test("a triple click, which ends at the start of the next block, takes one paragraph", async () => {
  assert.equal(await wordsBetween("<p>One two.</p>\n<p>Three.</p>", ["p", 0, 0], ["p + p", -1, 0]), "One two.");
});

test("white space at the ends is left out, no-break spaces and soft hyphens are kept", async () => {
  assert.equal(await wordsBetween("<p>a  12\u00a0mil\u00adlion  b</p>", ["p", 0, 1], ["p", 0, 16]), "12\u00a0mil\u00adlion");
});

test("a range that covers no word is no span", async () => {
  assert.equal(await wordsBetween("<p>a  b</p>", ["p", 0, 1], ["p", 0, 3]), null);
  assert.equal(await wordsBetween("<p>a</p><button>press</button>", ["button", 0, 0], ["button", 0, 5]), null);
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

test("a page of 200,000 characters is read within a second, on a busy machine too", async () => {
  const page = await stage.visit(stage.publisher.publishBlank("/long"));
  const { milliseconds, length } = await page.evaluate(() => {
    document.body.innerHTML = "<p>Many words with <em>some</em> markup in a paragraph of an article.</p>".repeat(3000);
    const range = document.createRange();
    range.selectNodeContents(document.body);
    const begun = performance.now();
    const plain = inside.readPlainText(document.body);
    inside.spanOf(plain, range);
    return { milliseconds: performance.now() - begun, length: plain.text.length };
  });
  assert.ok(length > 150_000);
  assert.ok(milliseconds < 1000, `${milliseconds} ms`);
  await stage.leave(page);
});
