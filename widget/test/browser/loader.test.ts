// Tests the loader: what it hears and what it leaves alone, that it is silent before first use, and what it says in failure.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { ARTICLE, dialogOf, drag, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();
const FAILURE = "Correction form failed. Retry?";

/** The visit's requests to the desk, the loader itself left out. */
function asked(): string[] {
  return stage.desk.requests.filter((request) => !request.endsWith("/corrigenda.js"));
}

async function reopen(page: Page, words = "harbour"): Promise<void> {
  await drag(page, words);
  await page.keyboard.press("Control+Enter");
}

test("nothing is asked of the desk before first use", async () => {
  const page = await stage.visit(stage.publisher.publish("/quiet", ARTICLE));
  await drag(page, "harbour");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+c");
  await page.getByText("Nobody").click();
  await stage.settle(page);
  assert.deepEqual(asked(), []);
  await until(() => page.locator("corrigenda-dialog").count(), 0);
  await stage.leave(page);
});

for (const key of ["Control+Enter", "Meta+Enter"]) {
  test(`${key} on a selection opens the dialog`, async () => {
    const page = await stage.visit(stage.publisher.publish("/keys", ARTICLE));
    await drag(page, "harbour");
    await page.keyboard.press(key);
    await dialogOf(page).getByRole("heading", { name: "Suggest a correction" }).waitFor();
    assert.deepEqual(asked().slice(0, 2), ["GET /static/corrigenda/widget/dialog.js", "GET /widget/config"]);
    await stage.leave(page);
  });
}

test("the keys stay the page's own in its fields, and where another script has used them", async () => {
  const page = await stage.visit(stage.publisher.publish("/own", ARTICLE));
  await page.locator("#reply").press("Control+Enter");
  // Later than ours, and as far out as most libraries listen.
  await page.evaluate(() => {
    document.addEventListener("keydown", (event) => {
      event.preventDefault();
    });
  });
  await drag(page, "harbour");
  await page.keyboard.press("Control+Enter");
  await stage.settle(page);
  assert.deepEqual(asked(), []);
  await stage.leave(page);
});

test("a click on the link takes the words that were selected before it", async () => {
  const page = await stage.visit(stage.publisher.publish("/link", ARTICLE));
  await page.clock.install();
  await page.evaluate(() => {
    document.addEventListener("mousedown", ({ target }) => {
      if (target instanceof HTMLAnchorElement) getSelection()?.removeAllRanges();
    });
  });
  await drag(page, "Nobody");
  // As long as a hand needs to get there, and to press the button.
  await page.clock.runFor(600);
  await page.getByRole("link", { name: "Suggest a correction" }).hover();
  await page.mouse.down();
  await page.clock.runFor(300);
  await page.mouse.up();
  await dialogOf(page).locator("mark", { hasText: "Nobody" }).waitFor();
  await stage.leave(page);
});

test("a click that asks for a new tab is the browser's", async () => {
  const page = await stage.visit(stage.publisher.publish("/tab", ARTICLE));
  const opened = page.context().waitForEvent("page");
  await page.getByRole("link", { name: "Suggest a correction" }).click({ modifiers: ["ControlOrMeta"] });
  const tab = await opened;
  await tab.waitForURL(/\/report\?url=/);
  await stage.settle(page);
  await until(() => dialogOf(page).count(), 0);
  await stage.leave(page);
});

test("without JavaScript the link leads to the plain form", async () => {
  const page = await stage.visit(stage.publisher.publish("/plain", ARTICLE), { javaScriptEnabled: false });
  await page.getByRole("link", { name: "Suggest a correction" }).click();
  await page.waitForURL(/\/report\?url=http.*%2Fplain$/);
  await stage.leave(page);
});

test("where the dialog cannot be fetched one sentence says so, and the next attempt works", async () => {
  const page = await stage.visit(stage.publisher.publish("/away", ARTICLE));
  await page.clock.install();
  await page.context().setOffline(true);
  await reopen(page);
  const notice = page.getByRole("button", { name: FAILURE });
  await notice.waitFor();
  // What has the focus is read out.
  await until(() => notice.evaluate((element) => element === document.activeElement), true);
  await page.clock.runFor(600);
  await page.context().setOffline(false);
  await page.keyboard.press("Enter");
  await dialogOf(page).locator("mark", { hasText: "harbour" }).waitFor();
  await until(() => notice.count(), 0);
  await stage.leave(page);
});

test("the sentence is the site's where its script tag gives one, and goes away when the reader goes on", async () => {
  const sentence = "Зараз не працює <b>зовсім</b>.";
  const script = `data-failure="${sentence.replaceAll("<", "&lt;")}"`;
  const page = await stage.visit(stage.publisher.publish("/own-words", ARTICLE, { script }));
  await page.context().setOffline(true);
  await reopen(page);
  const notice = page.getByRole("button", { name: sentence });
  await until(() => notice.textContent(), sentence);
  await until(() => notice.getAttribute("data-corrigenda"), "note");
  await page.getByText("Nobody").click();
  await notice.waitFor({ state: "detached" });
  await stage.leave(page);
});

test("after a failure the link leads to the plain form", async () => {
  const page = await stage.visit(stage.publisher.publish("/second", ARTICLE));
  const link = page.getByRole("link", { name: "Suggest a correction" });
  await page.context().setOffline(true);
  await link.click();
  await page.getByRole("button", { name: FAILURE }).waitFor();
  await page.context().setOffline(false);
  await link.click();
  await page.waitForURL(/\/report\?url=/);
  await stage.leave(page);
});

test("a server that cannot be asked about the page: the sentence, and no empty dialog", async () => {
  const page = await stage.visit(stage.publisher.publish("/deaf", ARTICLE));
  for (const reply of ["hang up", { status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" }, { status: 200, type: "application/json", body: "[]" }] as const) {
    stage.desk.replies["/widget/config"] = reply;
    await reopen(page);
    await page.getByRole("button", { name: FAILURE }).waitFor();
    await until(() => dialogOf(page).count(), 0);
  }
  stage.desk.replies = {};
  await reopen(page);
  await dialogOf(page).getByRole("button", { name: "Send" }).waitFor();
  assert.equal(asked().filter((request) => request.includes("dialog.js")).length, 1);
  await stage.leave(page);
});

test("a page that belongs to no site: the server's own sentence", async () => {
  const page = await stage.visit(stage.publisher.publish("/foreign", ARTICLE));
  const body = JSON.stringify({ title: "Unknown", detail: "No newspaper of this desk has the address <i>given</i>.", status: 404 });
  stage.desk.replies["/widget/config"] = { status: 404, type: "application/problem+json", body };
  await reopen(page);
  await page.getByRole("button", { name: "No newspaper of this desk has the address <i>given</i>." }).waitFor();
  await stage.leave(page);
});

test("two copies of the script open one dialog", async () => {
  const twice = `${ARTICLE}<script async src="${stage.desk.origin}/static/corrigenda/widget/corrigenda.js?again"></script>`;
  const page = await stage.visit(stage.publisher.publish("/twice", twice));
  await report(page, "harbour");
  await until(() => page.locator("corrigenda-dialog").count(), 1);
  await stage.settle(page);
  assert.equal(asked().filter((request) => request === "GET /widget/config").length, 1);
  await stage.leave(page);
});

test("the page is asked about in the language of the selected words", async () => {
  const page = await stage.visit(stage.publisher.publish("/tongues", `${ARTICLE}<article lang="uk"><p>Порт відкрили в середу.</p></article>`));
  const asked = page.waitForRequest(/widget\/config/);
  await drag(page, "Порт");
  await page.keyboard.press("Control+Enter");
  const { searchParams } = new URL((await asked).url());
  assert.equal(searchParams.get("lang"), "uk");
  assert.equal(searchParams.get("url"), page.url());
  await stage.leave(page);
});
