// Tests the further ways in and the pages they meet: touch, shadow roots, sandboxes, other scripts, reports kept on the device.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { cost } from "../support/cost";
import { ARTICLE, dialogOf, drag, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const LONG = `<article>${Array.from({ length: 40 }, (_, number) => `<p>Paragraph ${number} tells of the harbour and its ships.</p>`).join("")}</article>`;

/** The visit's requests to the desk, the loader itself left out. */
function asked(): string[] {
  return stage.desk.requests.filter((request) => !request.endsWith("/corrigenda.js"));
}

/** Selects the words as a long press does: without a key and without a click. */
async function touch(page: Page, words: string): Promise<void> {
  await page.evaluate(async (wanted) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.nodeValue?.indexOf(wanted) ?? -1;
      if (at >= 0) {
        const isHeard = new Promise((resolve) => { document.addEventListener("selectionchange", resolve, { once: true }); });
        getSelection()?.removeAllRanges();
        getSelection()?.setBaseAndExtent(node, at, node, at + wanted.length);
        // The loader has heard of it before, and has set its timer.
        await isHeard;
        return;
      }
    }
    throw new Error(`the page does not say "${wanted}"`);
  }, words);
}

function buttonOf(page: Page): ReturnType<Page["locator"]> {
  return page.locator("button[data-corrigenda=note]");
}

test("a touch selection gets a button, which opens the dialog on it and goes when it goes", async () => {
  const page = await stage.visit(stage.publisher.publish("/touch", ARTICLE), PHONE);
  await page.clock.install();
  await touch(page, "Nobody");
  const button = page.getByRole("button", { name: "Suggest a correction" });
  await button.waitFor();
  assert.deepEqual(asked(), []);
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await button.waitFor({ state: "detached" });

  await touch(page, "Nobody");
  await button.waitFor();
  const box = await button.boundingBox();
  assert.ok(box);
  const session = await page.context().newCDPSession(page);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: box.x + 20, y: box.y + 20 }] });
  // Nearly half a second, as a slow finger.
  await page.clock.runFor(450);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await dialogOf(page).locator("mark", { hasText: "Nobody" }).waitFor();
  await until(() => buttonOf(page).count(), 0);
  await stage.leave(page);
});

test("the button is reached by the keyboard, large enough for a finger, and clean for axe-core", async () => {
  const page = await stage.visit(stage.publisher.publish("/reach", ARTICLE), PHONE);
  await page.clock.install();
  await touch(page, "Nobody");
  await buttonOf(page).waitFor();
  const box = await buttonOf(page).boundingBox();
  assert.ok(box && box.height >= 44 && box.width >= 44, JSON.stringify(box));
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (place: string) => Promise<{ violations: { id: string }[] }> } };
    return (await axe.run("button[data-corrigenda=note]")).violations.map(({ id }) => id);
  });
  assert.deepEqual(found, []);
  await page.locator("#reply").focus();
  await touch(page, "Nobody");
  await page.clock.runFor(600);
  await page.keyboard.press("Tab");
  await until(() => buttonOf(page).evaluate((element) => element === document.activeElement), true);
  await page.keyboard.press("Enter");
  await dialogOf(page).locator("mark", { hasText: "Nobody" }).waitFor();
  await stage.leave(page);
});

test("the button keeps clear of the words, and of the menu that a system shows right above or below them", async () => {
  const page = await stage.visit(stage.publisher.publish("/clear", LONG), PHONE);
  await page.clock.install();
  const seen: string[] = [];
  for (const top of [0, 60, 140, 320, 440, 560, 675]) {
    await page.evaluate((wanted) => {
      const paragraph = document.querySelectorAll("p")[20];
      scrollBy(0, (paragraph?.getBoundingClientRect().top ?? 0) - wanted);
    }, top);
    await touch(page, "Paragraph 20");
    await buttonOf(page).waitFor();
    await page.clock.runFor(600);
    const button = await buttonOf(page).boundingBox();
    const words = await page.evaluate(() => getSelection()?.getRangeAt(0).getBoundingClientRect().toJSON() as DOMRect);
    assert.ok(button);
    assert.ok(button.y >= 0 && button.y + button.height <= 700, `in the window at ${top}: ${JSON.stringify(button)}`);
    const gap = button.y > words.y ? button.y - words.bottom : words.top - button.y - button.height;
    assert.ok(gap >= 90, `${gap} pixels away at ${top}`);
    seen.push(button.y > words.y ? "below" : "above");
  }
  assert.deepEqual(seen, ["below", "below", "below", "below", "below", "above", "above"]);
  await page.evaluate(() => getSelection()?.selectAllChildren(document.body));
  await buttonOf(page).waitFor({ state: "detached" });
  await stage.leave(page);
});

test("the button follows when the page is scrolled", async () => {
  const page = await stage.visit(stage.publisher.publish("/scrolled", LONG), PHONE);
  await page.clock.install();
  await touch(page, "Paragraph 5");
  await buttonOf(page).waitFor();
  const before = await buttonOf(page).boundingBox();
  await page.evaluate(async () => {
    const isHeard = new Promise((resolve) => { addEventListener("scroll", resolve, { once: true }); });
    scrollBy(0, 100);
    await isHeard;
  });
  await page.clock.runFor(600);
  await until(async () => (before?.y ?? 0) - ((await buttonOf(page).boundingBox())?.y ?? 0), 100);
  await stage.leave(page);
});

test("the button's words: the link's own, the tag's, else a sign", async () => {
  const link = ARTICLE.replace("Suggest a correction", "Помітили помилку?");
  const page = await stage.visit(stage.publisher.publish("/words", link, { lang: "uk" }), PHONE);
  await touch(page, "Nobody");
  await page.getByRole("button", { name: "Помітили помилку?" }).waitFor();
  await stage.leave(page);

  const labelled = await stage.visit(stage.publisher.publish("/label", LONG, { script: 'data-label="Fehler melden"' }), PHONE);
  await touch(labelled, "Paragraph 3");
  await labelled.getByRole("button", { name: "Fehler melden" }).waitFor();
  await stage.leave(labelled);

  const bare = await stage.visit(stage.publisher.publish("/sign", LONG), PHONE);
  await touch(bare, "Paragraph 3");
  const sign = bare.getByRole("button", { name: "Correction form" });
  await sign.waitFor();
  await until(() => sign.textContent(), "✎");
  await stage.leave(bare);
});

test("a mouse gets no button", async () => {
  const page = await stage.visit(stage.publisher.publish("/mouse", ARTICLE));
  await page.clock.install();
  await drag(page, "harbour");
  await page.clock.runFor(700);
  await stage.settle(page);
  await until(() => buttonOf(page).count(), 0);
  assert.deepEqual(asked(), []);
  await stage.leave(page);
});

test("words in open shadow roots, one in the other, are the ones reported", async () => {
  const page = await stage.visit(stage.publisher.publish("/shadow", `<article><p>Before it.</p><p id="place"></p><p>After it.</p></article>`));
  await page.evaluate(() => {
    const outer = document.getElementById("place")?.appendChild(document.createElement("x-story")).attachShadow({ mode: "open" });
    const words = document.createElement("p");
    words.textContent = "The bridge opened in 1931.";
    const inner = outer?.appendChild(document.createElement("x-quote")).attachShadow({ mode: "open" });
    inner?.append(words);
  });
  await page.getByText("1931").dblclick({ position: { x: 40, y: 10 } });
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).locator("mark", { hasText: "bridge" }).waitFor();
  await stage.leave(page);
});

test("a link in a component's shadow root opens the dialog", async () => {
  const page = await stage.visit(stage.publisher.publish("/component", ARTICLE.replace(/<p><a data.*?<\/p>/, '<x-tools id="tools"></x-tools>')));
  await page.evaluate(() => {
    const link = document.createElement("a");
    link.href = "/elsewhere";
    link.dataset.corrigenda = "report";
    link.textContent = "Report";
    document.getElementById("tools")?.attachShadow({ mode: "open" }).append(link);
  });
  await page.getByRole("link", { name: "Report" }).click();
  await dialogOf(page).waitFor();
  await stage.leave(page);
});

test("a page in a sandbox without storage and origin does not hinder the loader", async () => {
  const page = await stage.visit(stage.publisher.publish("/sandbox", ARTICLE, { policy: "sandbox allow-scripts" }));
  await drag(page, "harbour");
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).locator("mark", { hasText: "harbour" }).waitFor();
  await stage.leave(page);
});

test("the keys are left to the page's own widgets in whatever order they came", async () => {
  const page = await stage.visit(stage.publisher.publish("/beside", ARTICLE));
  // One that sends its comment on Ctrl+Enter and leaves the event as it is: it must hear it, too.
  await page.evaluate(() => {
    document.addEventListener("keydown", ({ key, ctrlKey }) => {
      if (key === "Enter" && ctrlKey) document.title = "heard";
    });
  });
  await drag(page, "harbour");
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).waitFor();
  await until(() => page.title(), "heard");
  await stage.leave(page);
});

test("a view fetches the dialog by itself only where the device keeps a report", async () => {
  const address = stage.publisher.publish("/kept", ARTICLE);
  const page = await stage.visit(`${stage.publisher.origin}/page.css`);
  await page.clock.install();
  await page.goto(address);
  // The loader looks for one two seconds after it has come.
  await page.clock.runFor(2500);
  await stage.settle(page);
  assert.deepEqual(asked(), []);
  await page.evaluate(() => {
    localStorage.setItem("corrigenda.kept", "[]");
  });
  await Promise.all([page.waitForRequest(/dialog\.js/), page.reload()]);
  await until(() => page.locator("corrigenda-dialog").count(), 0);
  await stage.leave(page);
});

test("the loader costs the page less than a long task, shifts no layout, and adds nothing to it", async () => {
  const page = await stage.visit(`${stage.publisher.origin}/page.css`);
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { entryType } of list.getEntries()) seen.push(entryType);
    }).observe({ type: "layout-shift", buffered: true });
  });
  const costOf = (address: string): Promise<number> =>
    cost(page, async () => {
      await page.goto(address);
      await stage.settle(page);
      await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); }));
    });
  const [without, within] = [
    stage.publisher.publish("/bare", ARTICLE, { tag: false }),
    stage.publisher.publish("/light", ARTICLE),
  ];
  const costs: { without: number; within: number }[] = [];
  for (let round = 0; round < 3; round++) costs.push({ without: await costOf(without), within: await costOf(within) });
  const least = Math.min(...costs.map((one) => one.within)) - Math.min(...costs.map((one) => one.without));
  // A long task has 50 milliseconds.
  assert.ok(least < 50, JSON.stringify(costs));
  await until(() => page.evaluate(() => (window as unknown as { seen: string[] }).seen), []);
  await until(() => page.locator("body [data-corrigenda=note], corrigenda-dialog").count(), 0);
  await stage.leave(page);
});
