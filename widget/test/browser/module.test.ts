// Tests module.js: opens, reports, tells and goes again, and that its published types are those of its source.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import type * as Published from "../../../corrigenda/static/corrigenda/widget/module.js";
import type * as Source from "../../src/module";
import { ARTICLE, dialogOf, drag, report, setStage } from "../support/stage";
import { problem } from "../support/desk";
import { until } from "../support/until";

/** Do not compile where one of the two has, takes or gives something else than the other. */
type Same<One, Other> = [One, Other] extends [Other, One] ? true : never;
const SAME: readonly [
  Same<keyof typeof Published, keyof typeof Source>,
  Same<typeof Published, typeof Source>,
  Same<Required<Published.ReportOptions>, Required<Source.ReportOptions>>,
  Same<Published.Events, Source.Events>,
] = [true, true, true, true];

const stage = setStage();
type Api = typeof Published;

declare global {
  interface Window {
    api: Api;
    seen: string[];
  }
}

/** Opens a page without the script tag that has the module as `window.api`. */
async function visit(path: string, body = ARTICLE, tag = false): Promise<Page> {
  const page = await stage.visit(stage.publisher.publish(path, body, { tag }));
  await load(page);
  return page;
}

async function load(page: Page, version = ""): Promise<void> {
  await page.evaluate(async (address) => {
    window.api = (await import(address)) as Api;
  }, `${stage.desk.origin}/static/corrigenda/widget/module.js${version}`);
}

/** The dialogs that were fetched. */
function fetched(): number {
  return stage.desk.requests.filter((request) => request.includes("dialog.js")).length;
}

test("the published types are those of the source", () => {
  assert.deepEqual(new Set(SAME), new Set([true]));
});

test("it listens as the script tag does, and asks for nothing before first use", async () => {
  const page = await visit("/listens");
  await drag(page, "harbour");
  await stage.settle(page);
  assert.deepEqual(stage.desk.requests, ["GET /static/corrigenda/widget/module.js"]);
  await report(page, "harbour");
  await stage.leave(page);
});

test("open: on a range, on an element, for another article, on what is in view", async () => {
  const page = await visit("/open");
  const dialog = dialogOf(page);
  const asked = page.waitForRequest(/widget\/config/);
  await page.evaluate(() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("em") as Node);
    return window.api.open({ range, url: "/live?page=2" });
  });
  const address = new URL((await asked).url());
  assert.equal(address.searchParams.get("url"), `${stage.publisher.origin}/live?page=2`);
  await dialog.locator("u", { hasText: /^Wednes$/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => window.api.open({ element: document.querySelectorAll("article p")[1] }));
  await dialog.locator("u", { hasText: "Ships came from 31 ports. Ships came from 31 ports again." }).waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => window.api.open());
  await dialog.getByRole("textbox").first().waitFor();
  await stage.leave(page);
});

test("open: a refusal is thrown with its status and its sentence", async () => {
  const page = await visit("/refused");
  stage.desk.replies["/widget/config"] = problem(422, "No publication of this desk has this address.", "url");
  const thrown = await page.evaluate(async () => {
    try {
      await window.api.open();
      return "opened";
    } catch (error) {
      const { name, message, status, field } = error as Published.CorrigendaError;
      return [error instanceof window.api.CorrigendaError, name, message, status, field];
    }
  });
  assert.deepEqual(thrown, [true, "CorrigendaError", "No publication of this desk has this address.", 422, "url"]);
  await stage.leave(page);
});

test("report: words of the page, with the selectors and the receipt that the dialog would have", async () => {
  const page = await visit("/report");
  stage.desk.config = { seal: "1:signed" };
  const receipt = await page.evaluate(() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("em") as Node);
    window.seen = [];
    window.api.on("sent", ({ id }) => window.seen.push(id));
    return window.api.report({ range, concern: "fact", suggestion: "Thurs", email: "ann@example.org" });
  });
  assert.match(receipt.message, /^Your report no\. \d+ has arrived\.$/);
  await until(() => page.evaluate(() => window.seen), [receipt.id]);
  const [posted] = stage.desk.posted;
  assert.match(posted?.key ?? "nothing was posted", /^[0-9a-f-]{36}$/);
  assert.equal(posted?.cookie, "");
  assert.ok(posted);
  const { target, ...rest } = posted.body;
  assert.deepEqual(rest, {
    url: page.url(),
    language: "en",
    part: "body",
    concern: "fact",
    suggestion: "Thurs",
    comment: "",
    email: "ann@example.org",
    seal: "1:signed",
  });
  assert.deepEqual(target.selector[0], {
    type: "TextQuoteSelector",
    exact: "Wednes",
    prefix: "Harbour opens\nThe harbour opened on ".slice(-32),
    suffix: "day. It cost 12\u00a0million, the town said. Nobody was surprised.".slice(0, 32),
  });
  assert.equal(fetched(), 0);
  await stage.leave(page);
});

test("report: a quotation, sent twice with one key, is one report; what is wrong is thrown with the key", async () => {
  const page = await visit("/quote");
  const key = "0123456789abcdef-by-the-page";
  const send = (): Promise<Published.Receipt> =>
    page.evaluate((own) => window.api.report({ quote: { exact: "31 ports" }, concern: "typo", key: own, url: "/story?b=2" }), key);
  const receipts = [await send(), await send()];
  assert.deepEqual(receipts[0], receipts[1]);
  assert.equal(stage.desk.posted[0]?.body.url, `${stage.publisher.origin}/story?b=2`);

  stage.desk.replies["/api/reports"] = problem(422, "Please choose what is wrong.", "concern");
  const failure = (options: object): Promise<unknown[]> =>
    page.evaluate(async (given) => {
      try {
        return [await window.api.report({ concern: "fact", ...given })];
      } catch (error) {
        const { message, status, field, key: own = "" } = error as Published.CorrigendaError;
        return [message, status, field, own.length];
      }
    }, options);
  const refused = await failure({ quote: { exact: "31 ports" } });
  assert.deepEqual(refused, ["Please choose what is wrong.", 422, "concern", 36]);
  stage.desk.replies["/api/reports"] = "hang up";
  const [, status] = await failure({ quote: { exact: "31 ports" } });
  assert.equal(status, 0);
  const empty = await failure({});
  assert.equal(empty[1], 0, "nothing is named");
  await stage.leave(page);
});

test("on: tells of open, sent and close until it is told to stop", async () => {
  const page = await visit("/events");
  await page.evaluate(() => {
    window.seen = [];
    window.api.on("open", () => window.seen.push("open"));
    const stop = window.api.on("close", () => {
      window.seen.push("close");
      stop();
    });
  });
  for (const words of ["harbour", "Nobody"]) {
    await report(page, words);
    await page.keyboard.press("Escape");
    await dialogOf(page).waitFor({ state: "hidden" });
  }
  await until(() => page.evaluate(() => window.seen), ["open", "close", "open"]);
  await stage.leave(page);
});

test("destroy: nothing listens, nothing is left in the page, and open still works", async () => {
  const page = await visit("/gone");
  await page.clock.install();
  const before = await page.evaluate(() => document.getElementsByTagName("*").length);
  await page.evaluate(() => {
    window.seen = [];
    window.api.on("open", () => window.seen.push("open"));
  });
  await report(page, "harbour");
  await page.evaluate(() => {
    window.api.destroy();
  });
  await until(() => page.evaluate(() => [document.getElementsByTagName("*").length, document.adoptedStyleSheets.length, document.querySelectorAll("corrigenda-dialog").length]), [before, 0, 0]);
  stage.desk.requests.length = 0;
  await drag(page, "Nobody");
  await page.keyboard.press("Control+Enter");
  await page.clock.runFor(700);
  await stage.settle(page);
  assert.deepEqual(stage.desk.requests, []);
  await page.evaluate(() => window.api.open({ element: document.querySelector("em") ?? undefined }));
  await dialogOf(page).locator("u", { hasText: "Wednes" }).waitFor();
  await until(() => page.evaluate(() => window.seen), ["open"]);
  await stage.leave(page);
});

test("beside the script tag, and loaded several times, it does not double anything", async () => {
  for (const tag of [true, false]) {
    const page = await visit("/doubled", ARTICLE, tag);
    await load(page, "?again");
    await page.evaluate(() => {
      window.seen = [];
      window.api.on("open", () => window.seen.push("open"));
    });
    await report(page, "harbour");
    await until(() => page.evaluate(() => window.seen), ["open"]);
    await until(() => page.locator("corrigenda-dialog").count(), 1);
    await stage.leave(page);
  }
});
