// Tests what the form says of a passage that was reported, corrected or declined before, and the voice of one more reader.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { fill, send, typed } from "../support/reader";
import { ARTICLE, dialogOf, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();
const OPEN = { state: "open", sentence: "3 readers have reported this. An editor is looking at it." } as const;

function focused(page: Page): Promise<string | null | undefined> {
  return dialogOf(page).evaluate((dialog) => {
    const { activeElement } = dialog.getRootNode() as ShadowRoot;
    return activeElement?.id === "" ? activeElement.textContent : activeElement?.id;
  });
}

/** Opens the form while the desk still thinks about what it knows; returns what lets it answer. */
async function openWaiting(page: Page, words: string): Promise<() => void> {
  let answer = (): void => undefined;
  await page.route("**/widget/known", async (route) => {
    await new Promise<void>((resolve) => (answer = resolve));
    await route.continue();
  });
  const asked = page.waitForRequest("**/widget/known");
  await report(page, words);
  await asked;
  return () => {
    answer();
  };
}

test("an open case: its sentence, and Enter adds the reader's voice", async () => {
  const page = await stage.visit(stage.publisher.publish("/open", ARTICLE));
  stage.desk.known = OPEN;
  const dialog = await report(page, "Wednes");
  await dialog.getByRole("status").filter({ hasText: OPEN.sentence }).waitFor();
  await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.textContent === "I noticed this too");
  await page.keyboard.press("Enter");
  await page.getByText("has arrived").waitFor();
  const [asked] = stage.desk.asked;
  const [posted] = stage.desk.posted;
  assert.deepEqual([posted?.body.concern, posted?.body.suggestion, posted?.body.comment, posted?.body.email], ["same", "", "", ""]);
  assert.deepEqual(posted?.body.target, asked?.target);
  assert.equal(asked?.target.selector[0].exact, "Wednes");
  assert.deepEqual(Object.keys(asked).sort(), ["language", "part", "target", "url"]);
  assert.match(posted?.key ?? "", /^[\da-f-]{36}-same$/);
  await stage.leave(page);
});

test("the form never waits, and the focus is never taken from a reader who types", async () => {
  const page = await stage.visit(stage.publisher.publish("/typing", ARTICLE));
  stage.desk.known = OPEN;
  const answer = await openWaiting(page, "Wednes");
  await page.keyboard.press("End");
  await page.keyboard.type("x");
  answer();
  await dialogOf(page).getByRole("button", { name: "I noticed this too" }).waitFor();
  await until(() => focused(page), "suggestion");
  await page.keyboard.type("y");
  await until(() => dialogOf(page).getByLabel("How should it read?").inputValue(), "Wednesxy");
  await stage.leave(page);
});

test("the focus stays where the reader has moved it", async () => {
  const page = await stage.visit(stage.publisher.publish("/moved", ARTICLE));
  stage.desk.known = OPEN;
  const answer = await openWaiting(page, "Wednes");
  await page.keyboard.press("Tab");
  const before = await focused(page);
  answer();
  await dialogOf(page).getByRole("button", { name: "I noticed this too" }).waitFor();
  await until(() => focused(page), before);
  await stage.leave(page);
});

test("a letter typed while the focus moves to the button goes into the box", async () => {
  const page = await stage.visit(stage.publisher.publish("/late", ARTICLE));
  stage.desk.known = OPEN;
  const dialog = await report(page, "Wednes");
  await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.textContent === "I noticed this too");
  await page.keyboard.type("day");
  await until(() => dialog.getByLabel("How should it read?").inputValue(), "Wednesday");
  assert.equal(stage.desk.posted.length, 0);
  await stage.leave(page);
});

test("a reader who has more to say still writes a report of their own", async () => {
  const page = await stage.visit(stage.publisher.publish("/own", ARTICLE));
  stage.desk.known = OPEN;
  await report(page, "Wednes");
  await dialogOf(page).getByRole("button", { name: "I noticed this too" }).waitFor();
  await fill(page);
  await send(page);
  await page.getByText("has arrived").waitFor();
  assert.deepEqual([stage.desk.posted[0]?.body.concern, stage.desk.posted[0]?.body.suggestion], ["fact", "Thursday"]);
  await stage.leave(page);
});

test("a corrected passage: the notice, its date and its link; a declined one: the public reason", async () => {
  const page = await stage.visit(stage.publisher.publish("/settled", ARTICLE));
  const href = `${stage.desk.origin}/corrections/n1/`;
  stage.desk.known = { state: "corrected", sentence: "This has been corrected.", text: "It was <b>Thursday</b>.", href, date: "2026-11-05T09:00:00Z" };
  const dialog = await report(page, "Wednes");
  await dialog.getByRole("status").filter({ hasText: "This has been corrected." }).waitFor();
  await dialog.getByText("It was <b>Thursday</b>.").waitFor();
  await until(() => dialog.getByRole("link", { name: "Read the published note" }).getAttribute("href"), href);
  await dialog.getByText("November 5, 2026").waitFor();
  await until(() => dialog.getByRole("button", { name: "I noticed this too" }).count(), 0);
  await until(() => focused(page), "suggestion");
  await page.keyboard.press("Escape");

  stage.desk.known = { state: "declined", sentence: "An editor has looked at this.", reason: "Both dates are right.", href: "javascript:alert(1)" };
  await report(page, "harbour");
  await dialog.getByText("Both dates are right.").waitFor();
  await until(() => dialog.getByRole("link").count(), 0);
  await fill(page);
  await until(async () => (await typed(page))[0], "Thursday");
  await stage.leave(page);
});

test("nothing known, an error, no answer: the form alone, and not a word", async () => {
  const page = await stage.visit(stage.publisher.publish("/unknown", ARTICLE));
  const answers = [undefined, "hang up", { status: 500, type: "text/html", body: "<h1>Oh</h1>" }, { status: 200, type: "application/json", body: '{"known":7}' }] as const;
  for (const answer of answers) {
    stage.desk.replies["/widget/known"] = answer;
    const asked = page.waitForRequest("**/widget/known");
    const dialog = await report(page, "Wednes");
    await asked;
    await stage.settle(page);
    await until(async () => (await dialog.getByRole("status").textContent())?.trim(), "");
    await until(() => dialog.getByRole("button", { name: "I noticed this too" }).count(), 0);
    // The part that shows it is fetched for an answer alone, and it survives a senseless one.
    if (!answer || answer === "hang up" || answer.status === 500) assert.ok(!stage.desk.requests.some((one) => one.includes("known.js")));
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  }
  await stage.leave(page);
});

test("a voice that cannot be sent is kept like any report", async () => {
  const page = await stage.visit(stage.publisher.publish("/voice", ARTICLE));
  stage.desk.known = OPEN;
  const dialog = await report(page, "Wednes");
  const button = dialog.getByRole("button", { name: "I noticed this too" });
  await button.waitFor();
  await page.context().setOffline(true);
  await button.click();
  await dialog.getByRole("heading", { name: "Not sent yet" }).waitFor();
  await page.context().setOffline(false);
  await page.getByText("has arrived").waitFor();
  assert.equal(stage.desk.posted[0]?.body.concern, "same");
  await stage.leave(page);
});
