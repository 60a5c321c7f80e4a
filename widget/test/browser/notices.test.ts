// Tests the published notices on the page: where they stand, that the article's text stays as it is, and who can use them.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const STORY = `
  <article><h2>Harbour opens</h2>
  <p>The harbour opened on <em>Wednes</em>day. It cost <a href="/cost">12&nbsp;million</a>, the town said.</p>
  <p>Ships came from 31 ports. Ships came from 31 ports again.</p></article>`;
const TEXT = "Harbour opens\nThe harbour opened on Wednesday. It cost 12\u00a0million, the town said.\nShips came from 31 ports. Ships came from 31 ports again.";

/** A notice as the server tells of it: its words stand at the given place of the text. */
function notice(number: number, exact?: string, start = exact ? TEXT.indexOf(exact) : 0, text = TEXT): object {
  const end = start + (exact?.length ?? 0);
  return {
    id: `correction-${number}`,
    kind: "correction",
    label: "Correction",
    language: "en",
    text: `An earlier version said <b>otherwise</b> (${number}).`,
    published_at: "2026-05-03T09:30:00+00:00",
    href: `https://desk.example/log/courier/${number}/`,
    placed: false,
    selector: exact
      ? [
          { type: "TextQuoteSelector", exact, prefix: text.slice(Math.max(0, start - 32), start), suffix: text.slice(end, end + 32) },
          { type: "TextPositionSelector", start, end },
        ]
      : null,
  };
}

/** Publishes a page with data-notices, and opens it where the desk has these notices of it. */
async function visit(path: string, body: string, notices: readonly object[], options = {}, context = {}): Promise<Page> {
  const address = stage.publisher.publish(path, body, { script: "data-notices", ...options });
  const page = await stage.visit(`${stage.publisher.origin}/page.css`, context);
  stage.desk.notices[address] = notices;
  await page.goto(address);
  return page;
}

/** What is highlighted, in the order of the page. */
function marked(page: Page): Promise<string[]> {
  return page.evaluate(() => [...(CSS.highlights.get("corrigenda") ?? [])].map(String).sort());
}

function textOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const copy = document.querySelector("article")?.cloneNode(true) as HTMLElement;
    for (const note of copy.querySelectorAll("[data-corrigenda=note]")) note.remove();
    return copy.textContent;
  });
}

test("a footnote stands behind the words, and its note at the article's end", async () => {
  const page = await visit("/footnote", STORY, [notice(7, "31 ports", TEXT.lastIndexOf("31 ports")), notice(8, "Wednesday"), notice(9)]);
  await page.locator("aside.corrections").waitFor();
  await until(() => marked(page), ["31 ports", "Wednesday"]);

  // Numbered as they come in the text; one without a place comes last and has no number.
  await until(() => page.locator("article > p").first().innerText(), "The harbour opened on Wednesday1. It cost 12\u00a0million, the town said.");
  await until(() => page.locator("article > p").nth(1).innerText(), "Ships came from 31 ports. Ships came from 31 ports2 again.");
  const notes = page.locator("article > aside.corrections > p");
  await until(() => notes.allInnerTexts(), [
    "Correction 1 May 3, 2026: An earlier version said <b>otherwise</b> (8).",
    "Correction 2 May 3, 2026: An earlier version said <b>otherwise</b> (7).",
    "Correction May 3, 2026: An earlier version said <b>otherwise</b> (9).",
  ]);
  await until(() => notes.first().getByRole("link", { name: "May 3, 2026" }).getAttribute("href"), "https://desk.example/log/courier/8/");
  const text = await textOf(page);
  await page.goto(stage.publisher.publish("/untouched", STORY, { tag: false }));
  await until(() => textOf(page), text);
  await stage.leave(page);
});

test("the keyboard leads from the words to the note and back", async () => {
  const page = await visit("/keys", STORY, [notice(8, "Wednesday")]);
  await page.getByRole("link", { name: "Correction 1" }).first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/#correction-8$/);
  await page.keyboard.press("Tab");
  await until(() => page.evaluate(() => document.activeElement?.closest("p")?.id), "correction-8");
  await page.keyboard.press("Enter");
  await page.waitForURL(/#correction-8-words$/);
  await stage.leave(page);
});

test("behind a link, not in it; and what is found once with its surroundings is found after the text has moved", async () => {
  const moved = STORY.replace("<h2>", "<h2>Port: ").replace("the town said", "said the town");
  const page = await visit("/moved", moved, [notice(1, "12\u00a0million"), notice(2, "31 ports", TEXT.indexOf("31 ports")), notice(3, "Wednesday")]);
  await page.locator("aside.corrections").waitFor();
  await until(() => marked(page), ["12\u00a0million", "31 ports", "Wednesday"]);
  await until(() => page.locator("a sup, a a").count(), 0);
  await until(() => page.locator("a + sup").count(), 1);
  await stage.leave(page);
});

test("words that are not there any more are not marked, and others like them neither", async () => {
  const changed = STORY.replace("opened on", "was opened last");
  const page = await visit("/changed", changed, [notice(3, "opened on", TEXT.indexOf("opened on")), notice(4, "31 ports", 3, "Of 31 ports and towns")]);
  await page.locator("aside.corrections").waitFor();
  await until(() => marked(page), []);
  await until(() => page.locator("aside.corrections p").count(), 2);
  await stage.leave(page);
});

test("a notice that the CMS has put on the page is not shown again", async () => {
  const rendered = STORY.replace("</article>", '</article><aside class="corrections" data-corrigenda="note"><p id="correction-8"><strong>Correction</strong>: It was Thursday.</p></aside>');
  const page = await visit("/rendered", rendered, [{ ...notice(8, "Wednesday"), placed: true }, notice(9)]);
  await page.getByText("(9)").waitFor();
  await until(() => page.getByText("(8)").count(), 0);
  await until(() => marked(page), []);
  await stage.leave(page);
});

test("several articles, and those that come later, each with its own", async () => {
  const two = `<div data-corrigenda-url="/one">${STORY}</div><div data-corrigenda-url="/two">${STORY}</div>`;
  const address = stage.publisher.publish("/list", two, { script: "data-notices" });
  const page = await stage.visit(`${stage.publisher.origin}/page.css`);
  await page.clock.install();
  stage.desk.notices[new URL("/one", address).href] = [notice(1, "Wednesday")];
  stage.desk.notices[new URL("/two", address).href] = [notice(2)];
  stage.desk.notices[new URL("/three", address).href] = [notice(3, "the town said")];
  await page.goto(address);
  await page.locator("[data-corrigenda-url='/one'] article aside", { hasText: "(1)" }).waitFor();
  await page.locator("[data-corrigenda-url='/two'] article aside", { hasText: "(2)" }).waitFor();
  await page.evaluate(() => {
    const third = document.querySelector("[data-corrigenda-url='/two']")?.cloneNode(true) as HTMLElement;
    third.dataset.corrigendaUrl = "/three";
    third.querySelector("aside")?.remove();
    document.body.append(third);
  });
  await page.clock.runFor(600);
  await page.locator("[data-corrigenda-url='/three'] article aside", { hasText: "(3)" }).waitFor();
  await until(() => marked(page), ["Wednesday", "the town said"]);
  await page.clock.runFor(700);
  await stage.settle(page);
  // One for each article, and one for the page itself.
  assert.equal(stage.desk.requests.filter((request) => request === "GET /widget/notices").length, 4);
  await stage.leave(page);
});

test("one request, without cookies; none without data-notices; and no trouble where the desk is away or has none", async () => {
  const page = await visit("/none", STORY, []);
  await until(() => stage.desk.requests.includes("GET /widget/notices"), true);
  await stage.settle(page);
  const asked = stage.desk.requests.filter((request) => request.includes("notices"));
  assert.deepEqual(asked, ["GET /static/corrigenda/widget/notices.js", "GET /widget/notices"]);
  await until(() => page.locator("[data-corrigenda=note]").count(), 0);
  await stage.leave(page);

  const address = stage.publisher.publish("/away", STORY, { script: "data-notices" });
  const other = await stage.visit(`${stage.publisher.origin}/page.css`);
  stage.desk.replies["/widget/notices"] = "hang up";
  await other.goto(address);
  await until(() => stage.desk.requests.includes("GET /widget/notices"), true);
  await stage.settle(other);
  await until(() => other.locator("[data-corrigenda=note]").count(), 0);
  await stage.leave(other);
});

test("a browser without highlights gets the footnotes, and the publisher's elements stay as they are", async () => {
  // Where the browser has no such thing, the id in a reader's comment makes one.
  const address = stage.publisher.publish("/older", STORY + '<a id="Highlight">Great!</a>', { script: "data-notices" });
  const page = await stage.visit(`${stage.publisher.origin}/page.css`);
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "Highlight");
    Reflect.deleteProperty(CSS, "highlights");
  });
  stage.desk.notices[address] = [notice(8, "Wednesday")];
  await page.goto(address);
  await page.locator("aside.corrections").waitFor();
  await until(() => page.locator("sup").count(), 1);
  await until(() => page.locator("mark").count(), 0);
  await stage.leave(page);
});

for (const [name, comment] of [
  ["with the ids of notices", '<p id="correction-8">Great!</p><p id="correction-8-words" hidden></p><i id="correction-9"></i>'],
  ["that names the address of another article", '<div data-corrigenda-url="/other">Great!</div>'],
  ["that names the article's own address", '<div data-corrigenda-url="">One.</div><div data-corrigenda-url="#top">Two.</div>'],
  ["with an id that takes as many others as one tries", `<p id="correction-8${"-".repeat(60_000)}">Great!</p><p id="correction-8">Great!</p>`],
  ["that names no address", '<div data-corrigenda-url="https://[">Great!</div>'],
] as const) {
  test(`the comment of a reader ${name} neither hides nor moves a notice`, async () => {
    // Before the end of the article's root, where the notes are.
    const story = STORY.replace("</article>", `<section class="comments">${comment}</section></article>`);
    const page = await visit(`/comment-${name.replaceAll(/\W/g, "-")}`, story, [notice(8, "Wednesday"), notice(9)]);
    const notes = page.locator("article > aside.corrections > p");
    await until(() => notes.count(), 2);
    await stage.settle(page);
    await until(() => page.locator("aside.corrections").count(), 1);
    await until(() => marked(page), ["Wednesday"]);
    // An id that grew until nobody has it would take as many attempts as a comment is long.
    await until(async () => ((await notes.first().getAttribute("id")) ?? "").length < 40, true);
    await page.getByRole("link", { name: "Correction 1" }).first().click();
    await until(() => page.evaluate(() => document.querySelector(":target")?.textContent.includes("(8)")), true);
    await notes.first().getByRole("link", { name: "Correction 1" }).click();
    await until(() => page.evaluate(() => document.querySelector(":target")?.matches("em + sup, sup.correction-ref")), true);
    await stage.leave(page);
  });
}

test("the comment of a reader with the names of what a page and a form have neither hides nor moves a notice", async () => {
  const names = "addEventListener adoptedStyleSheets body createElement createRange documentElement getElementById querySelector querySelectorAll readyState";
  const images = names.split(" ").map((name) => `<img name="${name}" alt="">`).join("");
  const fields = "childNodes closest matches nodeType parentElement parentNode querySelector shadowRoot".split(" ").map((name) => `<input name="${name}">`).join("");
  const comment = `<section>${images}<form data-corrigenda-url="/form">${fields}Great!</form></section>`;
  // Before the article as well as in it.
  const page = await visit("/names", `${comment}${STORY.replace("</article>", `${comment}</article>`)}`, [notice(8, "Wednesday"), notice(9)]);
  // No locator finds anything on such a page.
  const ask = (selector: string): Promise<string[]> =>
    page.evaluate((wanted) => Array.from((Reflect.get(Document.prototype, "body", document) as Element).querySelectorAll(wanted), (one) => one.textContent), selector);
  await until(async () => (await ask("article > aside.corrections > p strong")).join(), "Correction 1,Correction");
  await until(() => ask("em + sup, sup.correction-ref"), ["1"]);
  await until(() => marked(page), ["Wednesday"]);
  await until(() => page.evaluate(() => Reflect.get(Document.prototype, "adoptedStyleSheets", document).length), 1);
  await stage.leave(page);
});

test("thousands of addresses in the comment of a reader hold up no article, and the desk is asked for twenty of them", async () => {
  const places = Array.from({ length: 1500 }, (_, index) => `<i data-corrigenda-url="/i/${index}"></i><article data-corrigenda-url="/article/${index}">I</article>`);
  const body = `${STORY.replace("</article>", `<section>${places.join("")}</section></article>`)}<div data-corrigenda-url="/next">${STORY}</div>`;
  const address = stage.publisher.publish("/thousands", body, { script: "data-notices" });
  const page = await stage.visit(`${stage.publisher.origin}/page.css`);
  stage.desk.notices[address] = [notice(1, "Wednesday")];
  stage.desk.notices[new URL("/next", address).href] = [notice(2, "Wednesday")];
  stage.desk.notices[new URL("/later", address).href] = [notice(3, "Wednesday")];
  await page.goto(address);
  const asked = (): number => stage.desk.requests.filter((request) => request === "GET /widget/notices").length;
  await page.locator("[data-corrigenda-url='/next'] > article > aside", { hasText: "(2)" }).waitFor();
  await until(asked, 22);
  // Nor does it hold up what comes later.
  await page.evaluate(() => {
    const later = document.querySelector("[data-corrigenda-url='/next']")?.cloneNode(true) as HTMLElement;
    later.dataset.corrigendaUrl = "/later";
    document.body.append(later);
  });
  await page.locator("[data-corrigenda-url='/later'] > article > aside", { hasText: "(3)" }).waitFor();
  await stage.settle(page);
  await until(asked, 23);
  await stage.leave(page);
});

test("an article with two elements of one address, and one within another, shows each notice once, in its own text", async () => {
  const inner = '<div data-corrigenda-url="/inner"><article><p>Another article.</p></article></div>';
  const two = `<div data-corrigenda-url="/outer">${inner}</div><div data-corrigenda-url="/twice">${STORY}</div><div data-corrigenda-url="/twice">${STORY}</div>`;
  const address = stage.publisher.publish("/nested", two, { script: "data-notices" });
  const page = await stage.visit(`${stage.publisher.origin}/page.css`);
  stage.desk.notices[address] = [notice(1)];
  stage.desk.notices[new URL("/outer", address).href] = [notice(2)];
  stage.desk.notices[new URL("/inner", address).href] = [notice(3)];
  stage.desk.notices[new URL("/twice", address).href] = [notice(4, "Wednesday")];
  await page.goto(address);
  await page.locator("aside", { hasText: "(4)" }).waitFor();
  await stage.settle(page);
  await until(() => page.locator("[data-corrigenda-url='/inner'] article aside p").count(), 1);
  await until(() => page.locator("[data-corrigenda-url='/twice'] article aside p").count(), 1);
  await until(() => page.locator("aside p").count(), 2);
  await stage.leave(page);
});

for (const [name, options, context] of [
  ["light", {}, {}],
  ["dark", {}, { colorScheme: "dark" }],
  ["rtl", { lang: "ar", dir: "rtl" }, {}],
  ["phone", {}, { viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true }],
] as const) {
  test(`notes are clean for axe-core and fit: ${name}`, async () => {
    const arabic = "افتُتح المرفأ يوم الأربعاء. وقالت البلدية إن كلفته بلغت 12 مليونًا.";
    const words = { ...notice(8, "يوم الأربعاء", arabic.indexOf("يوم الأربعاء"), arabic), label: "تصحيح", language: "ar", text: "ذكرت نسخة سابقة من هذا المقال يوم الخميس." };
    const [story, notices] =
      name === "rtl" ? [`<article><p>${arabic}</p></article>`, [words]] : [STORY, [notice(8, "Wednesday"), notice(9)]];
    const page = await visit(`/looks-${name}`, `<main><h1 data-corrigenda="note">The Courier</h1>${story}</main>`, notices, options, context);
    await page.locator("aside.corrections").waitFor();
    await until(async () => (await marked(page)).length, 1);
    await until(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await page.evaluate(await readFile(AXE, "utf8"));
    const found = await page.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: { run: () => Promise<{ violations: { id: string; help: string }[] }> } }).axe.run();
      return violations.map(({ id, help }) => `${id}: ${help}`);
    });
    assert.deepEqual(found, []);
    if (process.env.CORRIGENDA_PICTURES) await page.screenshot({ path: `${process.env.CORRIGENDA_PICTURES}/notices-${name}.png` });
    await stage.leave(page);
  });
}
