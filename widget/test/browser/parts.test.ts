// Tests which part of which article a report is about: headline, caption, image, several articles, shadow roots, hard text.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { send } from "../support/reader";
import { dialogOf, drag, report, setStage } from "../support/stage";
import type { Report } from "../../src/api";
import { until } from "../support/until";

const stage = setStage();
const PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";

const PAGE = `
  <h1>Harbour opens at last</h1>
  <figure id="top" tabindex="0"><img id="photo" src="{photo}" alt="Two ships at a quay" width="200" height="60">
    <figcaption>The new quay on Wednesday. <a data-corrigenda="report" href="{form}">Suggest a correction</a></figcaption></figure>
  <div itemprop="articleBody"><p>The harbour opened.</p>
    <figure><img id="plain" src="{photo}" width="200" height="60"><figcaption>A crane inside the text</figcaption></figure></div>
  <article><h1>Another story</h1><p><img src="{photo}" alt="Other" width="60" height="60"></p></article>`;

function publish(path: string): string {
  return stage.publisher.publish(path, PAGE.replaceAll("{photo}", `${stage.publisher.origin}/quay.jpg`));
}

/** Sends the form that is open and returns what the desk got. */
async function sent(page: Page): Promise<Report | undefined> {
  await dialogOf(page).getByLabel("Other").check();
  await send(page);
  await page.getByText("has arrived").waitFor();
  await page.keyboard.press("Escape");
  await dialogOf(page).waitFor({ state: "hidden" });
  // A browser takes the focus out of what it hides only when it draws next; until then the keys go there.
  await page.waitForFunction(() => document.activeElement?.localName !== "corrigenda-dialog");
  return stage.desk.posted[stage.desk.posted.length - 1]?.body;
}

/** Selects all that the element holds and presses the keys. */
async function reportElement(page: Page, selector: string): Promise<void> {
  await page.evaluate((wanted) => {
    const element = document.querySelector(wanted);
    if (element) getSelection()?.selectAllChildren(element);
  }, selector);
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("button", { name: "Send" }).waitFor();
}

test("a headline and a caption beside the article's text, and a caption inside it", async () => {
  const page = await stage.visit(publish("/headline"));
  const dialog = await report(page, "opens");
  await dialog.getByText("In the headline").waitFor();
  const headline = await sent(page);
  assert.deepEqual([headline?.part, headline?.image], ["headline", undefined]);
  assert.deepEqual(headline?.target.selector, [{ type: "TextQuoteSelector", exact: "opens", prefix: "Harbour ", suffix: " at last" }]);

  await report(page, "Wednesday");
  await dialog.getByText("In the caption").waitFor();
  const caption = await sent(page);
  assert.equal(caption?.part, "caption");
  assert.deepEqual(caption.target.selector[0], { type: "TextQuoteSelector", exact: "Wednesday", prefix: "The new quay on ", suffix: ". Suggest a correction" });
  await until(() => stage.desk.asked.map(({ part }) => part), ["headline", "caption"]);

  await report(page, "crane");
  const inside = await sent(page);
  assert.deepEqual([inside?.part, inside?.target.selector.length, inside?.target.selector[0].prefix], ["caption", 2, "The harbour opened.\nA "]);

  await report(page, "harbour");
  await until(() => dialog.getByText(/^(In the|About)/).count(), 0);
  const body = await sent(page);
  assert.equal(body?.part, "body");
  await stage.leave(page);
});

test("a triple click on the headline, and a selection that runs on into the text, or into another article", async () => {
  const page = await stage.visit(publish("/runs"));
  await page.getByRole("heading", { name: "Harbour opens at last" }).click({ clickCount: 3 });
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("button", { name: "Send" }).waitFor();
  const whole = await sent(page);
  assert.deepEqual([whole?.part, whole?.target.selector[0].exact], ["headline", "Harbour opens at last"]);

  for (const [first, last] of [["opens", "harbour"], ["Another", "story"]] as const) {
    await drag(page, first, last);
    await page.keyboard.press("Control+Enter");
    await dialogOf(page).getByRole("status").filter({ hasText: "not in the text of the article" }).waitFor();
    await page.keyboard.press("Escape");
  }
  await stage.leave(page);
});

test("an image: by the link in its figure, by the focus, and by a selection over it", async () => {
  const page = await stage.visit(publish("/image"));
  const dialog = dialogOf(page);
  const image = `${stage.publisher.origin}/quay.jpg`;
  const expected = ["image", image, [{ type: "TextQuoteSelector", exact: "Two ships at a quay", prefix: "", suffix: "" }]];
  const what = ({ part, image: address, target }: Partial<Report>): unknown[] => [part, address, target?.selector];

  await page.getByRole("link", { name: "Suggest a correction" }).click();
  await dialog.getByText("About the image").waitFor();
  await dialog.locator("blockquote").filter({ hasText: "Two ships at a quay" }).waitFor();
  const byLink = await sent(page);
  assert.deepEqual(what(byLink ?? {}), expected);

  await page.locator("#top").focus();
  await page.keyboard.press("Control+Enter");
  await dialog.getByText("About the image").waitFor();
  const byFocus = await sent(page);
  assert.deepEqual(what(byFocus ?? {}), expected);

  await page.evaluate(() => {
    const range = document.createRange();
    range.selectNode(document.images[1] ?? document.body);
    (document.activeElement as HTMLElement).blur();
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
  });
  await page.keyboard.press("Control+Enter");
  await dialog.getByText("About the image").waitFor();
  const bySelection = await sent(page);
  assert.deepEqual(what(bySelection ?? {}), ["image", image, [{ type: "TextQuoteSelector", exact: "A crane inside the text", prefix: "", suffix: "" }]]);
  await stage.leave(page);
});

test("an image without words is known by its address; one without either is none", async () => {
  const bare = `<article><p>Words.</p><figure tabindex="0"><img src="${stage.publisher.origin}/bare.jpg" width="99" height="50"></figure></article>`;
  const page = await stage.visit(stage.publisher.publish("/bare", bare));
  await page.locator("figure").focus();
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).locator("blockquote").filter({ hasText: "/bare.jpg" }).waitFor();
  const about = await sent(page);
  assert.deepEqual([about?.target.selector[0].exact, about?.suggestion], ["", ""]);
  await page.locator("img").evaluate((image: HTMLImageElement, source) => {
    image.src = source;
  }, PIXEL);
  await page.locator("figure").focus();
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("button", { name: "Use these words" }).waitFor();
  await stage.leave(page);
});

const ENDLESS = [1, 2, 3]
  .map((number) => `<section data-corrigenda-url="/story-${number}?utm_source=x" lang="en"><h1>Story ${number}</h1>
    <article><p class="far">Words of number ${number}.</p></article>
    <p><a id="link${number}" data-corrigenda="report" href="{form}">Suggest a correction</a></p></section>`)
  .join("");

test("several articles in one page: the address and the text are those of the one that is meant", async () => {
  const page = await stage.visit(stage.publisher.publish("/endless", ENDLESS));
  const dialog = dialogOf(page);
  const address = (number: number): string => `${stage.publisher.origin}/story-${number}?utm_source=x`;
  await page.getByText("Words of number 2.").scrollIntoViewIfNeeded();
  await report(page, "Words of number 2");
  const second = await sent(page);
  assert.deepEqual([second?.url, second?.target.source, second?.target.selector[1]?.start], [address(2), address(2), 0]);

  await page.getByRole("heading", { name: "Story 2" }).scrollIntoViewIfNeeded();
  await report(page, "Story 2");
  const headline = await sent(page);
  assert.deepEqual([headline?.part, headline?.url], ["headline", address(2)]);

  await page.locator("#link3").click();
  await until(() => dialog.getByLabel("Paragraph 1 of 1").inputValue(), "Words of number 3.");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    getSelection()?.removeAllRanges();
  });
  await page.locator("p.far").first().evaluate((paragraph) => {
    paragraph.scrollIntoView({ block: "center" });
  });
  await page.keyboard.press("Control+Enter");
  await until(() => dialog.getByLabel("Paragraph 1 of 1").inputValue(), "Words of number 1.");
  await stage.leave(page);
});

const SHADOW = `<article><p>Before the box.</p><news-box><template shadowrootmode="open"><p>Inside the box: 31&nbsp;ships, <slot></slot></p></template><b>a slot</b></news-box>
  <p>Co&shy;op&shy;er&shy;a&shy;tion of the ﬁrst oﬃce. 🚢🚢 x🏳️‍🌈y <em>12</em>&nbsp;mil&shy;lion</p></article>`;

test("words in an open shadow root, and in text that is hard to cut", async () => {
  const page = await stage.visit(stage.publisher.publish("/hard", SHADOW));
  await page.evaluate(() => {
    const root = document.querySelector("news-box")?.shadowRoot;
    const text = root?.querySelector("p")?.firstChild;
    if (!text) throw new Error("the browser made no shadow root");
    getSelection()?.setBaseAndExtent(text, 16, text, 24);
  });
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("button", { name: "Send" }).waitFor();
  const box = await sent(page);
  assert.deepEqual(box?.target.selector, [
    { type: "TextQuoteSelector", exact: "31\u00a0ships", prefix: "Before the box.\nInside the box: ", suffix: ",\na slot\nCo\u00adop\u00ader\u00ada\u00adtion of the " },
    { type: "TextPositionSelector", start: 32, end: 40 },
  ]);

  const expected = { "op\u00ader": "op\u00ader", "ﬁrst oﬃce": "ﬁrst oﬃce", "🏳️‍🌈": "🏳️‍🌈", "🚢🚢": "🚢🚢" };
  for (const [words, exact] of Object.entries(expected)) {
    await page.evaluate((wanted) => {
      const node = [...(document.querySelector("article > p:last-child")?.childNodes ?? [])].find((one) => one.nodeValue?.includes(wanted));
      const at = node?.nodeValue?.indexOf(wanted) ?? -1;
      if (!node || at < 0) throw new Error(wanted);
      getSelection()?.setBaseAndExtent(node, at, node, at + wanted.length);
    }, words);
    await page.keyboard.press("Control+Enter");
    await dialogOf(page).getByRole("button", { name: "Send" }).waitFor();
    const report = await sent(page);
    assert.equal(report?.target.selector[0].exact, exact);
  }
  await reportElement(page, "em");
  const last = await sent(page);
  assert.deepEqual(last?.target.selector[0], {
    type: "TextQuoteSelector",
    exact: "12",
    prefix: Array.from("er\u00ada\u00adtion of the ﬁrst oﬃce. 🚢🚢 x🏳️‍🌈y ").slice(-32).join(""),
    suffix: "\u00a0mil\u00adlion",
  });
  await stage.leave(page);
});
