// Tests the dialog's looks and its access: axe-core in every view, dark, phone, right to left, less motion, other fonts.
import assert from "node:assert/strict";
import { test } from "node:test";
import axe from "axe-core";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { problem } from "../support/desk";
import { ARTICLE, dialogOf, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Runs axe-core over the page and fails on anything it finds in the dialog. */
async function inspect(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run("corrigenda-dialog");
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  assert.deepEqual(found, []);
}

function style(locator: Locator, property: string): Promise<string> {
  return locator.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

/** Goes through every view, with a look by axe-core at each. */
async function walk(page: Page): Promise<void> {
  const dialog = dialogOf(page);
  await page.getByRole("link", { name: "Suggest a correction" }).click();
  await dialog.getByRole("button", { name: "Use these words" }).waitFor();
  await inspect(page);
  await page.locator("#words").press("Control+a");
  stage.desk.known = { state: "open", sentence: "3 readers have reported this. An editor is looking at it." };
  await dialog.getByRole("button", { name: "Use these words" }).click();
  await dialog.getByRole("button", { name: "I noticed this too" }).waitFor();
  await dialog.getByLabel("How should it read?").fill("Ships came from 39 ports.");
  await dialog.locator("ins").first().waitFor();
  await inspect(page);
  await dialog.getByLabel("How should it read?").fill("");
  await dialog.getByText("These words are to be deleted.").waitFor();
  await inspect(page);
  await dialog.getByLabel("Typo").check();
  stage.desk.work = 99_999_999;
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("One moment").waitFor();
  await inspect(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  stage.desk.work = undefined;
  stage.desk.replies["/api/reports"] = problem(422, "This is not an e-mail address.", "email");
  await dialog.getByRole("button", { name: "Try again" }).click();
  await dialog.getByRole("alert").filter({ hasText: "not an e-mail" }).waitFor();
  await inspect(page);
  stage.desk.replies["/api/reports"] = problem(503, "The desk is full.");
  await dialog.getByRole("button", { name: "Try again" }).click();
  await dialog.getByRole("heading", { name: "Not sent yet" }).waitFor();
  await inspect(page);
  await page.keyboard.press("Escape");

  stage.desk.replies["/api/reports"] = problem(422, "This article is closed for reports.");
  stage.desk.known = { state: "corrected", sentence: "This has been corrected.", text: "It was Thursday.", href: `${stage.desk.origin}/n/`, date: "2026-11-05T09:00:00Z" };
  await report(page, "harbour");
  await dialog.locator(".notes").getByText("closed for reports").waitFor();
  await dialog.getByText("It was Thursday.").waitFor();
  await until(() => dialog.evaluate((element) => element.matches(":modal")), true, "the note took the dialog out of its place");
  await inspect(page);
  stage.desk.replies = {};
  await dialog.getByLabel("Typo").check();
  await dialog.getByRole("button", { name: "Send" }).click();
  await dialog.getByText("has arrived").waitFor();
  await inspect(page);
  await page.keyboard.press("Escape");
  await page.reload();
  await page.locator(".notes").getByRole("button", { name: "Delete it from this device" }).waitFor();
  await inspect(page);
}

const SURROUNDINGS: Record<string, BrowserContextOptions> = {
  "in the light": {},
  "in the dark": { colorScheme: "dark" },
  "on a phone": PHONE,
  "with forced colours": { forcedColors: "active" },
};
for (const [name, options] of Object.entries(SURROUNDINGS)) {
  test(`axe-core finds nothing in any view, ${name}`, async () => {
    const page = await stage.visit(stage.publisher.publish("/axe", ARTICLE), options);
    await walk(page);
    await stage.leave(page);
  });
}

const LONG = ARTICLE.replace("The harbour", `The harbour${" and its long stone quay".repeat(12)}`);

test("the words stay in sight while the field below them has the focus", async () => {
  const page = await stage.visit(stage.publisher.publish("/sight", LONG), { viewport: { width: 390, height: 844 } });
  const dialog = await report(page, "harbour");
  const focused = await dialog.evaluate((element) => (element.getRootNode() as ShadowRoot).activeElement?.id);
  assert.equal(focused, "suggestion");
  const [head, quote] = await Promise.all([dialog.locator("header").boundingBox(), dialog.locator("mark").boundingBox()]);
  assert.ok(head && quote && quote.y >= head.y + head.height, "the head of the dialog hides the words");
  await stage.leave(page);
});

test("the dialog adds no landmark to the page", async () => {
  const page = await stage.visit(stage.publisher.publish("/landmarks", ARTICLE));
  const dialog = await report(page, "harbour");
  for (const role of ["banner", "contentinfo"] as const) await until(() => dialog.getByRole(role).count(), 0, role);
  await stage.leave(page);
});

test("the dialog is dark where the reader's system is", async () => {
  for (const [colorScheme, paper] of [["light", "rgb(255, 254, 251)"], ["dark", "rgb(31, 30, 27)"]] as const) {
    const page = await stage.visit(stage.publisher.publish("/scheme", ARTICLE), { colorScheme });
    const dialog = await report(page, "harbour");
    await until(() => style(dialog, "background-color"), paper);
    await stage.leave(page);
  }
});

test("on a phone it is a sheet at the lower edge, with targets a finger can hit", async () => {
  const page = await stage.visit(stage.publisher.publish("/phone", ARTICLE), PHONE);
  await page.getByRole("link", { name: "Suggest a correction" }).tap();
  const dialog = dialogOf(page);
  await dialog.getByRole("button", { name: "Use these words" }).waitFor();
  await page.locator("#words").press("Control+a");
  await dialog.getByRole("button", { name: "Use these words" }).tap();
  await dialog.getByRole("button", { name: "Send" }).waitFor();
  const box = await dialog.boundingBox();
  assert.equal(box?.x, 0);
  assert.equal(box.width, 390);
  assert.equal(Math.round(box.y + box.height), 844);
  const targets = await dialog.locator("button, fieldset label, textarea, input[type=email]").all();
  for (const target of targets) {
    const size = await target.boundingBox();
    const html = await target.evaluate((element) => element.outerHTML);
    assert.ok((size?.height ?? 0) >= 40, html);
  }
  const sideways = await dialog.evaluate((element) => element.scrollWidth > element.clientWidth);
  assert.equal(sideways, false);
  await stage.leave(page);
});

test("right to left: the dialog is mirrored, and an article of the other direction keeps its own", async () => {
  const page = await stage.visit(stage.publisher.publish("/rtl", ARTICLE));
  stage.desk.config = { language: "ar", dir: "rtl" };
  const dialog = await report(page, "harbour");
  const title = await dialog.getByRole("heading").boundingBox();
  const closer = await dialog.getByRole("button", { name: "Close" }).boundingBox();
  assert.ok((closer?.x ?? 0) < (title?.x ?? 0));
  await until(() => dialog.getAttribute("lang"), "ar");
  await until(() => style(dialog.locator("blockquote"), "direction"), "ltr");
  await until(() => style(dialog.getByLabel("Comment"), "direction"), "ltr");
  await stage.leave(page);
});

test("nothing moves, whatever the reader's system asks for", async () => {
  const page = await stage.visit(stage.publisher.publish("/motion", ARTICLE), { reducedMotion: "no-preference" });
  const dialog = await report(page, "harbour");
  const moving = await dialog.evaluate((element) => element.getAnimations({ subtree: true }).length);
  await until(async () => [moving, await style(dialog, "animation-name"), await style(dialog, "transition-duration")], [0, "none", "0s"]);
  await stage.leave(page);
});

test("the page's own styles stay out, its custom properties come in", async () => {
  const page = await stage.visit(stage.publisher.publish("/theme", ARTICLE));
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      * { color: rgb(1, 2, 3); text-transform: uppercase; }
      html { font-size: 5px; }
      corrigenda-dialog { --corrigenda-accent: rgb(0, 80, 40); --corrigenda-radius: 0px; --corrigenda-serif: monospace; }`);
    document.adoptedStyleSheets = [sheet];
  });
  const dialog = await report(page, "harbour");
  const sender = dialog.getByRole("button", { name: "Send" });
  await until(() => style(sender, "background-color"), "rgb(0, 80, 40)");
  await until(() => style(dialog, "border-radius"), "0px");
  await until(() => style(dialog.getByRole("heading"), "font-family"), "monospace");
  await until(() => style(dialog, "font-size"), "16px");
  await until(() => style(dialog, "color"), "rgb(29, 27, 24)");
  await until(() => style(dialog, "text-transform"), "none");
  await stage.leave(page);
});
