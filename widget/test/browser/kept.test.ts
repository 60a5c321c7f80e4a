// Tests that a report which cannot be sent is kept on the reader's device, and sent once when that is possible again.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { problem } from "../support/desk";
import { failsWith, fill, keepsAfter, keysKept, send, typed } from "../support/reader";
import { ARTICLE, dialogOf, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();

/** Goes offline with a report in the form, and sends it. */
async function keep(page: Page): Promise<void> {
  await report(page, "Wednes");
  await fill(page);
  await page.context().setOffline(true);
  await send(page);
  await keepsAfter(page, "No answer came from the server");
}

/** Another page view of the same reader, on which the loader looks for what is kept. */
async function visitAgain(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

test("offline: it is kept, says so, and is sent once the connection is back, before the reader's eyes", async () => {
  const page = await stage.visit(stage.publisher.publish("/back", ARTICLE));
  await keep(page);
  const dialog = dialogOf(page);
  await dialog.getByText("your e-mail address too").waitFor();
  await until(async () => (await keysKept(page)).length, 1);
  await page.context().setOffline(false);
  await dialog.getByRole("status").filter({ hasText: "has arrived" }).waitFor();
  await dialog.getByRole("link", { name: "See what happens to your report" }).waitFor();
  await until(() => page.evaluate(() => localStorage.length), 0);
  assert.equal(stage.desk.posted.length, 1);
  assert.equal(stage.desk.posted[0]?.body.suggestion, "Thursday");
  await stage.leave(page);
});

test("a server that is down is told by its answer, and the report is sent at the next opening, with a quiet note", async () => {
  const page = await stage.visit(stage.publisher.publish("/down", ARTICLE));
  await report(page, "Wednes");
  await fill(page);
  stage.desk.replies["/api/reports"] = problem(503, "The desk is full. Please try again later.");
  await send(page);
  await keepsAfter(page, "The desk is full. Please try again later.");
  const [key] = await keysKept(page);
  await dialogOf(page).getByRole("button", { name: "Close" }).last().click();
  stage.desk.replies = {};
  const dialog = await report(page, "harbour");
  // Sent by the dialog, or by the loader just before it was opened: the note comes along.
  const note = dialog.locator(".notes");
  await note.getByText("The report that was kept on this device has been sent. Your report no.").waitFor();
  await until(async () => (await note.getByRole("link").getAttribute("href"))?.includes("/status/"), true);
  await until(() => dialog.getByLabel("How should it read?").inputValue(), "harbour");
  assert.deepEqual(stage.desk.posted.map((one) => one.key), [key]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  const outside = page.locator(".notes");
  await outside.waitFor();
  await report(page, "Nobody");
  await note.getByRole("button", { name: "Close" }).click();
  await outside.waitFor({ state: "hidden" });
  await stage.leave(page);
});

test("a note stays in sight while the dialog that holds it closes", async () => {
  const page = await stage.visit(stage.publisher.publish("/sight", ARTICLE));
  await keep(page);
  await page.keyboard.press("Escape");
  await page.context().setOffline(false);
  await page.locator(".notes").getByText("has been sent").waitFor();
  const dialog = await report(page, "harbour");
  await dialog.locator(".notes").waitFor();
  // In one task: whatever the browser draws after it has closed shows the note.
  const seen = await page.evaluate(() => {
    const root = document.querySelector("corrigenda-dialog")?.shadowRoot;
    root?.querySelector("dialog")?.close();
    return root?.querySelector(".notes")?.checkVisibility();
  });
  assert.equal(seen, true);
  await stage.leave(page);
});

test("back to the form: nothing is kept any more, and all that was typed is there", async () => {
  const page = await stage.visit(stage.publisher.publish("/undone", ARTICLE));
  await keep(page);
  await dialogOf(page).getByRole("button", { name: "Back to the form" }).click();
  await until(() => keysKept(page), []);
  await until(() => typed(page), ["Thursday", "fact", "I was there.", "reader@example.org"]);
  await page.context().setOffline(false);
  await dialogOf(page).getByLabel("Comment").fill("I was there, on the quay.");
  await send(page);
  await page.getByText("has arrived").waitFor();
  assert.deepEqual(stage.desk.posted.map((one) => one.body.comment), ["I was there, on the quay."]);
  await stage.leave(page);
});

test("the next page view sends it, in one of several tabs; a page view without one asks for nothing", async () => {
  const address = stage.publisher.publish("/tabs", ARTICLE);
  const page = await stage.visit(address);
  await keep(page);
  await page.close();
  const context = page.context();
  await context.setOffline(false);
  stage.desk.requests.length = 0;
  const tabs = await Promise.all([visitAgain(context, address), visitAgain(context, address), visitAgain(context, address)]);
  await Promise.race(tabs.map((tab) => tab.getByText("has been sent").waitFor()));
  await Promise.all(tabs.map((tab) => tab.waitForFunction(() => localStorage.length === 0)));
  assert.equal(stage.desk.posted.length, 1);
  const [first] = tabs;
  await first.clock.install();
  await first.goto(address);
  stage.desk.requests.length = 0;
  // The loader looks for what is kept two seconds after it has come.
  await first.clock.runFor(2500);
  await stage.settle(first);
  assert.deepEqual(stage.desk.requests.filter((one) => !one.includes("corrigenda.js")), []);
  await context.close();
});

test("a report that is refused later is shown with all its words, until the reader deletes it", async () => {
  const address = stage.publisher.publish("/late", ARTICLE);
  const page = await stage.visit(address);
  await keep(page);
  stage.desk.replies["/api/reports"] = problem(422, "This article is closed for reports.");
  await page.keyboard.press("Escape");
  await page.context().setOffline(false);
  for (let view = 0; view < 2; view++) {
    const notes = page.locator(".notes");
    await notes.getByText("was not accepted. This article is closed for reports.").waitFor();
    for (const words of ["Wednes", "Thursday", "I was there."]) await notes.getByText(words, { exact: true }).waitFor();
    await until(async () => (await keysKept(page)).length, 1);
    if (!view) await page.reload();
  }
  assert.equal(stage.desk.requests.filter((one) => one === "POST /api/reports").length, 1);
  await page.getByRole("button", { name: "Delete it from this device" }).click();
  await until(() => keysKept(page), []);
  await page.locator(".notes").waitFor({ state: "hidden" });
  await stage.leave(page);
});

test("one that arrived too slowly stays kept and is sent with the next page view", async () => {
  const address = stage.publisher.publish("/slow", ARTICLE);
  const page = await stage.visit(address);
  await keep(page);
  const [key] = await keysKept(page);
  stage.desk.replies["/api/reports"] = problem(408, "What you sent did not arrive as a whole in time.");
  const answered = page.waitForResponse((one) => one.url().endsWith("/api/reports") && one.status() === 408);
  await page.keyboard.press("Escape");
  await page.context().setOffline(false);
  await answered;
  stage.desk.replies = {};
  await page.reload();
  await page.locator(".notes").getByText("has been sent").waitFor();
  assert.deepEqual(stage.desk.posted.map((one) => one.key), [key]);
  await stage.leave(page);
});

test("after 30 days it is given up, and what else stands in the storage does no harm", async () => {
  const page = await stage.visit(stage.publisher.publish("/old", ARTICLE));
  await keep(page);
  await page.evaluate(() => {
    const all = JSON.parse(localStorage.getItem("corrigenda.kept") ?? "[]") as { at: number }[];
    localStorage.setItem("corrigenda.kept", JSON.stringify(all.map((one) => ({ ...one, at: one.at - 31 * 24 * 3600 * 1000 }))));
  });
  await page.context().setOffline(false);
  await page.keyboard.press("Escape");
  await report(page, "harbour");
  await stage.settle(page);
  assert.equal(stage.desk.posted.length, 0);
  await page.evaluate(() => {
    localStorage.setItem("corrigenda.kept", '{"not": "ours"}');
  });
  await page.keyboard.press("Escape");
  await report(page, "Nobody");
  await fill(page);
  await send(page);
  await page.getByText("has arrived").waitFor();
  assert.equal(stage.desk.posted.length, 1);
  await stage.leave(page);
});

test("a full storage: the truth, as if there were none", async () => {
  const page = await stage.visit(stage.publisher.publish("/full", ARTICLE));
  await page.evaluate(() => {
    for (let size = 5_000_000; size > 10; size >>= 1) {
      try {
        localStorage.setItem(`filler${size}`, "x".repeat(size));
      } catch {
        // The next one is smaller.
      }
    }
  });
  await report(page, "Wednes");
  await fill(page);
  await page.context().setOffline(true);
  await send(page);
  await failsWith(page, "No answer came from the server");
  await stage.leave(page);
});
