// Tests what happens without a usable selection, and the whole way of a report with the keyboard alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { ARTICLE, dialogOf, drag, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();

async function opened(page: Page): Promise<Locator> {
  await dialogOf(page).getByRole("button", { name: "Use these words" }).waitFor();
  return dialogOf(page);
}

/** The words that are marked in the box with the paragraph. */
function marked(page: Page): Promise<string> {
  return page.locator("#words").evaluate((box: HTMLTextAreaElement) => box.value.slice(box.selectionStart, box.selectionEnd));
}

async function offersForm(page: Page): Promise<void> {
  const link = dialogOf(page).getByRole("link", { name: "Write to us in a plain form instead" });
  await until(() => link.getAttribute("href"), `${stage.desk.origin}/report?url=${encodeURIComponent(page.url())}`);
}

test("with the keyboard alone: from the article's link to the receipt", async () => {
  const page = await stage.visit(stage.publisher.publish("/keyboard", ARTICLE));
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press("Tab", "Tab");
  await until(() => page.evaluate(() => document.activeElement?.textContent), "Suggest a correction");
  await press("Enter");
  const dialog = await opened(page);
  await until(() => dialog.getByLabel("Paragraph 3 of 3").inputValue(), "Ships came from 31 ports. Ships came from 31 ports again.");

  await press("Tab", "Enter");
  const box = dialog.getByLabel("Paragraph 2 of 3");
  await until(() => dialog.getByRole("button", { name: "Previous paragraph" }).evaluate((button) => button.matches(":focus")), true);
  await press("Shift+Tab", ...Array<string>(22).fill("ArrowRight"), ...Array<string>(9).fill("Shift+ArrowRight"));
  await until(() => marked(page), "Wednesday");
  await page.keyboard.type("x");
  await press("Delete", "Backspace", "Control+x", "Control+v", "Enter");
  await until(() => box.inputValue(), "The harbour opened on Wednesday. It cost 12\u00a0million, the town said. Nobody was surprised.");
  await until(() => marked(page), "Wednesday");

  await press("Tab", "Tab", "Tab", "Enter");
  await dialog.getByRole("button", { name: "Send" }).waitFor();
  await press("Control+a");
  await page.keyboard.type("Thursday");
  await press("Tab", "Space");
  await until(() => dialog.getByLabel("Wrong fact").isChecked(), true);
  await press("ArrowRight", "Tab");
  await page.keyboard.type("I was there.");
  await press("Tab", "Tab", "Enter");
  await dialog.getByRole("status").filter({ hasText: "has arrived" }).waitFor();
  await press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await until(() => page.evaluate(() => document.activeElement?.textContent), "Suggest a correction");

  const body = stage.desk.posted[0]?.body;
  assert.equal(body?.target.selector[0].exact, "Wednesday");
  assert.equal(body.target.selector[1]?.start, 36);
  assert.deepEqual([body.suggestion, body.concern, body.comment], ["Thursday", "unclear", "I was there."]);
  await stage.leave(page);
});

test("focus stays inside the dialog, and the page's own shortcuts are not fired", async () => {
  const page = await stage.visit(stage.publisher.publish("/trap", ARTICLE));
  await page.evaluate(() => {
    document.addEventListener("keydown", ({ key }) => {
      document.body.dataset.heard = key;
    });
  });
  await page.getByRole("link", { name: "Suggest a correction" }).click();
  await opened(page);
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => document.activeElement?.localName);
    assert.ok(place === "corrigenda-dialog" || place === "body", `focus went to ${place ?? "nothing"}`);
  }
  await page.locator("#words").press("j");
  await until(async () => (await page.evaluate(() => document.body.dataset.heard)) !== "j", true);
  await stage.leave(page);
});

test("the keys without a selection: it says so, offers a paragraph and the form", async () => {
  const page = await stage.visit(stage.publisher.publish("/nothing", ARTICLE));
  await page.keyboard.press("Control+Enter");
  const dialog = await opened(page);
  await until(() => dialog.getByRole("status").textContent(), "No words were selected.");
  await offersForm(page);
  await dialog.getByRole("button", { name: "Use these words" }).click();
  await until(() => dialog.getByRole("status").textContent(), "Please mark the words first.");
  await stage.leave(page);
});

test("a selection outside the article, wholly or in part: it says so", async () => {
  const page = await stage.visit(stage.publisher.publish("/outside", ARTICLE));
  for (const [first, last] of [["Before", "article"], ["Before", "harbour"]] as const) {
    await drag(page, first, last);
    await page.keyboard.press("Control+Enter");
    const dialog = await opened(page);
    await until(() => dialog.getByRole("status").textContent(), "The selected words are not in the text of the article.");
    await offersForm(page);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }
  await stage.leave(page);
});

test("a selection that is too long: it says so, on the page and in the dialog", async () => {
  const page = await stage.visit(stage.publisher.publish("/long", ARTICLE));
  stage.desk.config = { maxQuote: 20 };
  await drag(page, "harbour", "million");
  await page.keyboard.press("Control+Enter");
  const dialog = await opened(page);
  const sentence = "The selected passage is too long. Please mark 20 characters at most.";
  await until(() => dialog.getByRole("status").textContent(), sentence);
  await offersForm(page);
  await page.locator("#words").press("Control+a");
  await dialog.getByRole("button", { name: "Use these words" }).click();
  await until(() => dialog.getByRole("status").textContent(), sentence);
  await page.locator("#words").press("Control+Home");
  await page.keyboard.press("Control+Shift+ArrowRight");
  await dialog.getByRole("button", { name: "Use these words" }).click();
  await dialog.getByRole("button", { name: "Send" }).waitFor();
  await stage.leave(page);
});

test("a page without an article's text: it says so and offers the form", async () => {
  const page = await stage.visit(stage.publisher.publish("/empty", `<article></article><p><a data-corrigenda="report" href="{form}">Suggest a correction</a></p>`));
  await page.getByRole("link", { name: "Suggest a correction" }).click();
  await dialogOf(page).getByRole("status").filter({ hasText: "We could not find the text of an article on this page." }).waitFor();
  await offersForm(page);
  await stage.leave(page);
});

const LONG = `<article>${Array.from({ length: 9 }, (_, number) => `<p class="far">Paragraph ${number}, <a id="a${number}" href="#">linked</a> here.</p>`).join("")}</article>
  <p><a data-corrigenda="report" href="{form}">Suggest a correction</a></p>`;

test("the paragraph offered is the one in view", async () => {
  const page = await stage.visit(stage.publisher.publish("/view", LONG));
  await page.mouse.move(200, 200);
  const box = page.getByText("Paragraph 4");
  await box.evaluate((paragraph) => {
    paragraph.scrollIntoView({ block: "center" });
  });
  await page.keyboard.press("Control+Enter");
  await opened(page);
  await until(async () => (await page.locator("#words").inputValue()).startsWith("Paragraph 4"), true);
  await stage.leave(page);
});

test("the paragraph offered is the one that has the focus", async () => {
  const page = await stage.visit(stage.publisher.publish("/focus", LONG.replaceAll("far", "near")));
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press("Tab");
  await page.keyboard.press("Control+Enter");
  await opened(page);
  await until(async () => (await page.locator("#words").inputValue()).startsWith("Paragraph 2"), true);
  await stage.leave(page);
});

test("the paragraphs go round, and other words can be chosen where the last were", async () => {
  const page = await stage.visit(stage.publisher.publish("/round", ARTICLE));
  await drag(page, "million");
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("button", { name: "Choose other words" }).click();
  const dialog = await opened(page);
  await until(() => marked(page), "million");
  await dialog.getByRole("button", { name: "Next paragraph" }).click();
  await dialog.getByLabel("Paragraph 3 of 3").waitFor();
  await dialog.getByRole("button", { name: "Next paragraph" }).click();
  await until(() => dialog.getByLabel("Paragraph 1 of 3").inputValue(), "Harbour opens");
  await dialog.getByRole("button", { name: "Previous paragraph" }).click();
  await dialog.getByLabel("Paragraph 3 of 3").waitFor();
  await stage.leave(page);
});

test("the limit counts characters, not halves of them", async () => {
  const page = await stage.visit(stage.publisher.publish("/emoji", "<article><p>Six ships 🚢🚢🚢🚢🚢🚢 came.</p></article>"));
  stage.desk.config = { maxQuote: 6 };
  await drag(page, "🚢🚢🚢🚢🚢🚢");
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("button", { name: "Send" }).waitFor();
  await until(() => dialogOf(page).getByLabel("How should it read?").inputValue(), "🚢🚢🚢🚢🚢🚢");
  await stage.leave(page);
});

test("several articles: the passage belongs to its own", async () => {
  const page = await stage.visit(stage.publisher.publish("/several", `${ARTICLE}<article><p>A second story, all about cranes.</p></article>`));
  await drag(page, "cranes");
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByLabel("Typo").check();
  await page.keyboard.press("Control+Enter");
  await page.getByText("has arrived").waitFor();
  assert.deepEqual(stage.desk.posted[0]?.body.target.selector, [
    { type: "TextQuoteSelector", exact: "cranes", prefix: "A second story, all about ", suffix: "." },
    { type: "TextPositionSelector", start: 26, end: 32 },
  ]);
  await stage.leave(page);
});
