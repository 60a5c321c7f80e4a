// Sets the stage for a test in a real browser: both servers, Chromium, and a page that watches for violations.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page, type Request } from "playwright-core";
import { Desk } from "./desk";
import { Publisher } from "./publisher";
import { until } from "./until";

/** Set by run.mjs, which leaves out the browser's tests where there is none. */
const EXECUTABLE = process.env.CORRIGENDA_CHROMIUM ?? "";

export const ARTICLE = `
  <p>Before the article. <a href="/elsewhere">Elsewhere</a></p>
  <article><h1>Harbour opens</h1>
  <p>The harbour opened on <em>Wednes</em>day. It cost 12&nbsp;million, the town said. Nobody was surprised.</p>
  <p>Ships came from 31 ports. Ships came from 31 ports again.</p></article>
  <p><a data-corrigenda="report" href="{form}">Suggest a correction</a></p>
  <textarea id="reply"></textarea>`;

export interface Stage {
  readonly desk: Desk;
  readonly publisher: Publisher;
  readonly browser: Browser;
  /** Opens a page that fails the test on any script error or policy violation when it is closed by `leave`. */
  readonly visit: (address: string, options?: BrowserContextOptions) => Promise<Page>;
  readonly leave: (page: Page) => Promise<void>;
  /** Waits until the desk has answered all that the page has asked for so far; before that, silence proves nothing. */
  readonly settle: (page: Page) => Promise<void>;
}

/** Starts the stage before the tests of a file and strikes it after them. */
export function setStage(): Stage {
  const stage = {} as { -readonly [Key in keyof Stage]: Stage[Key] };
  const faults = new WeakMap<Page, string[]>();
  const waiting = new WeakMap<Page, Set<Request>>();

  before(async () => {
    const root = process.getuid?.() === 0;
    stage.browser = await chromium.launch({ executablePath: EXECUTABLE, args: root ? ["--no-sandbox"] : [] });
    stage.desk = await Desk.start();
    stage.publisher = await Publisher.start(stage.desk.origin);
  });
  after(async () => {
    await stage.browser.close();
    await stage.publisher.stop();
    await stage.desk.stop();
  });

  const watch = (page: Page): void => {
    const requests = new Set<Request>();
    waiting.set(page, requests);
    page.on("request", (request) => requests.add(request));
    page.on("requestfinished", (request) => requests.delete(request));
    page.on("requestfailed", (request) => requests.delete(request));
  };

  stage.visit = async (address, options) => {
    stage.desk.reset();
    const context = await stage.browser.newContext(options);
    context.setDefaultTimeout(15_000);
    context.on("page", watch);
    const page = await context.newPage();
    const seen: string[] = [];
    faults.set(page, seen);
    page.on("pageerror", (error) => seen.push(String(error)));
    page.on("dialog", (dialog) => {
      seen.push(`script ran: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text())) seen.push(message.text());
    });
    await page.goto(address);
    return page;
  };
  stage.leave = async (page) => {
    assert.deepEqual(faults.get(page), []);
    await page.context().close();
  };
  stage.settle = async (page) => {
    // The page asks this last, so that its earlier questions have been seen when this one is answered.
    await page.evaluate(async (address) => { await fetch(address); }, `${stage.desk.origin}/last-question`);
    await until(() => waiting.get(page)?.size, 0);
  };
  return stage;
}

/** Marks words with the mouse, from the left edge of `first` to the right edge of `last`, as a reader does. */
export async function drag(page: Page, first: string, last = first): Promise<void> {
  const [from, to] = await page.evaluate(
    (words) =>
      words.map((word) => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.nodeValue?.indexOf(word) ?? -1;
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          const { left, right, top, height } = range.getBoundingClientRect();
          return { left, right, y: top + height / 2 };
        }
        throw new Error(`the page does not say "${word}"`);
      }),
    [first, last],
  );
  assert.ok(from && to);
  await page.mouse.move(from.left + 0.5, from.y);
  await page.mouse.down();
  await page.mouse.move(to.right - 0.5, to.y, { steps: 4 });
  await page.mouse.up();
}

export function dialogOf(page: Page): Locator {
  return page.getByRole("dialog");
}

/** Marks words and opens the dialog on them. */
export async function report(page: Page, first: string, last = first): Promise<Locator> {
  await drag(page, first, last);
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("button", { name: "Send" }).waitFor();
  return dialogOf(page);
}
