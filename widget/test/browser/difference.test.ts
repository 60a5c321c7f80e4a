// Tests how the reader's wording is shown against the words of the article, and how words are proposed for deletion.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { send } from "../support/reader";
import { ARTICLE, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();

/** What is seen below the box, with what goes and what comes marked. */
function shown(dialog: Locator): Promise<string> {
  return dialog.locator("#suggestion-difference").evaluate((difference) =>
    Array.from(difference.childNodes, (node) => {
      const words = node instanceof Element ? (node.lastChild?.textContent ?? "") : (node.textContent ?? "");
      return node.nodeName === "DEL" ? `[-${words}-]` : node.nodeName === "INS" ? `{+${words}+}` : words.trim() ? words : "";
    }).join("|"),
  );
}

/** How a screen reader describes the box. */
async function description(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const box = nodes.find(({ name }) => String(name?.value).startsWith("How should it read?"));
  return String(box?.description?.value).replace(/\s+/g, " ");
}

test("the wording is compared with the words while it is typed, for eyes and ears", async () => {
  const page = await stage.visit(stage.publisher.publish("/compared", ARTICLE));
  const dialog = await report(page, "It", "million");
  const box = dialog.getByLabel("How should it read?");
  await until(() => shown(dialog), "");
  assert.ok(!stage.desk.requests.some((one) => one.includes("difference.js")));
  await box.fill("It cost 13\u00a0million");
  await until(() => shown(dialog), "It cost |[-12-]|{+13+}|\u00a0million");
  await box.press("End");
  await page.keyboard.type("s");
  await until(() => shown(dialog), "It cost |[-12-]|{+13+}||[-million-]|{+millions+}");
  await until(async () => (await description(page)).startsWith("It cost removed: 12 added: 13 removed: million added: millions Change the wording"), true);
  await box.fill("It cost 12\u00a0million");
  await until(() => shown(dialog), "");
  await page.keyboard.press("Escape");
  await stage.leave(page);
});

test("what was typed before is compared at once when the form is opened again", async () => {
  const page = await stage.visit(stage.publisher.publish("/again", ARTICLE));
  const dialog = await report(page, "harbour");
  await dialog.getByLabel("How should it read?").fill("port");
  await until(() => shown(dialog), "[-harbour-]|{+port+}");
  await page.keyboard.press("Escape");
  await report(page, "harbour");
  await until(() => shown(dialog), "[-harbour-]|{+port+}");
  await stage.leave(page);
});

test("an emptied box asks for the words to go: it says so, and one space is sent", async () => {
  const page = await stage.visit(stage.publisher.publish("/deleted", ARTICLE));
  const dialog = await report(page, "again");
  const box = dialog.getByLabel("How should it read?");
  for (const wording of ["", " \n "]) {
    await box.fill("x");
    await until(() => shown(dialog), "[-again-]|{+x+}");
    await box.fill(wording);
    await until(() => shown(dialog), "[-again-]| These words are to be deleted.");
  }
  await dialog.getByLabel("Other").check();
  await send(page);
  await page.getByText("has arrived").waitFor();
  assert.equal(stage.desk.posted[0]?.body.suggestion, " ");
  await stage.leave(page);
});

test("where the comparison cannot be fetched, the form works without it", async () => {
  const page = await stage.visit(stage.publisher.publish("/plain", ARTICLE));
  await page.route("**/difference.js", (route) => route.abort());
  const dialog = await report(page, "harbour");
  await dialog.getByLabel("How should it read?").fill("port");
  await dialog.getByLabel("Typo").check();
  await send(page);
  await page.getByText("has arrived").waitFor();
  assert.equal(stage.desk.posted[0]?.body.suggestion, "port");
  await stage.leave(page);
});
