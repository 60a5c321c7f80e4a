// Tests that no text, from the reader, the page or the server, is ever taken for markup, and that the strict policy holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import messages from "../../messages.json";
import { problem } from "../support/desk";
import { ARTICLE, dialogOf, drag, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();

const HOSTILE = [
  `<img src=x onerror=alert(1)>`,
  `"><script>alert(1)</script>`,
  `<svg/onload=alert(1)>`,
  `</textarea><iframe srcdoc="<script>alert(1)</script>">`,
  `javascript:alert(1)`,
  `{max} {constructor} {__proto__} \${alert(1)}`,
  `\u202Eevil\u202C \u0000 \uFFFF`,
];

test("hostile text in every field is sent as it was typed, and nothing runs", async () => {
  for (const text of HOSTILE.slice(0, 6)) {
    const page = await stage.visit(stage.publisher.publish("/typed", ARTICLE));
    const dialog = await report(page, "Wednes");
    await dialog.getByLabel("How should it read?").fill(text);
    await dialog.getByLabel("Comment").fill(text);
    await dialog.getByLabel("Your e-mail address").fill(text);
    await dialog.getByLabel("Other").check();
    stage.desk.replies["/api/reports"] = problem(422, text, text);
    await page.keyboard.press("Control+Enter");
    await dialog.getByRole("alert").filter({ hasText: text }).waitFor();
    stage.desk.replies = {};
    await page.keyboard.press("Control+Enter");
    await page.getByText("has arrived").waitFor();
    const body = stage.desk.posted[0]?.body;
    assert.deepEqual([body?.suggestion, body?.comment, body?.email], [text, text, text]);
    await stage.leave(page);
  }
});

test("hostile text in the page is shown as text", async () => {
  const [image = ""] = HOSTILE;
  const words = image.replaceAll("<", "&lt;");
  const page = await stage.visit(stage.publisher.publish("/page", `<article><p>He typed ${words} there.</p></article>`));
  await drag(page, image);
  await page.keyboard.press("Control+Enter");
  await until(() => dialogOf(page).locator("blockquote").innerText(), `He typed ${image} there.`);
  await dialogOf(page).getByRole("button", { name: "Choose other words" }).click();
  await until(() => page.locator("#words").inputValue(), `He typed ${image} there.`);
  await stage.leave(page);
});

test("hostile text from the server is shown as text, in every message, label and answer", async () => {
  for (const text of HOSTILE) {
    const page = await stage.visit(stage.publisher.publish("/server", ARTICLE));
    const everywhere = Object.fromEntries(Object.keys(messages).map((key) => [key, `${key} ${text}`]));
    stage.desk.config = {
      messages: everywhere,
      concerns: [{ value: text, label: text }],
      dir: text,
      form: text,
      root: [text, "article"],
    };
    const answer = JSON.stringify({ id: text, status: text, message: `arrived ${text}` });
    stage.desk.replies["/api/reports"] = { status: 201, type: "application/json", body: answer };
    await page.keyboard.press("Control+Enter");
    const dialog = dialogOf(page);
    await dialog.getByRole("status").filter({ hasText: "noSelection" }).waitFor();
    await page.locator("#words").press("Control+a");
    await dialog.locator(".main").click();
    await dialog.getByRole("radio").check();
    await page.keyboard.press("Control+Enter");
    await dialog.getByRole("status").filter({ hasText: "arrived" }).waitFor();
    await until(() => dialog.locator("img, script, svg, iframe, a").count(), 0);
    await stage.leave(page);
  }
});

test("a message that the server did not send is left out; no key is ever shown", async () => {
  const page = await stage.visit(stage.publisher.publish("/missing", ARTICLE));
  stage.desk.config = { messages: { title: "Title" } };
  await drag(page, "harbour");
  await page.keyboard.press("Control+Enter");
  await dialogOf(page).getByRole("heading", { name: "Title" }).waitFor();
  const text = await dialogOf(page).innerText();
  for (const key of Object.keys(messages)) assert.ok(key === "title" || !text.includes(key), key);
  await stage.leave(page);
});

test("an element with the name of what the loader asks the page, as in a reader's comment, brings no code of others", async () => {
  const comment = '<p>Nice! <img name="currentScript" src="data:,https://evil.example/x.png" data-notices></p>';
  const loader = `<script async src="${stage.desk.origin}/static/corrigenda/widget/corrigenda.js"></script>`;
  const page = await stage.visit(stage.publisher.publish("/named", ARTICLE + comment + loader, { tag: false }));
  const hidden = await page.evaluate(() => document.currentScript?.tagName);
  assert.equal(hidden, "IMG");
  await report(page, "Wednes");
  assert.deepEqual(stage.desk.requests.filter((request) => request.endsWith(".js")), [
    "GET /static/corrigenda/widget/corrigenda.js",
    "GET /static/corrigenda/widget/dialog.js",
  ]);
  await stage.leave(page);
});

test("elements with the names of what the widget asks the page keep nobody from reporting", async () => {
  const names = "activeElement addEventListener body createElement createRange dispatchEvent elementFromPoint getSelection images matches querySelector querySelectorAll";
  const images = names.split(" ").map((name) => `<img name="${name}" id="${name}" alt="">`).join("");
  const fields = "childNodes matches parentNode shadowRoot".split(" ").map((name) => `<input name="${name}">`).join("");
  const comment = `<section>${images}<form>${fields}<b>Nice!</b></form></section>`;
  const body = ARTICLE.replace("<article>", `<article>${comment}`);
  const page = await stage.visit(stage.publisher.publish("/members", body), { hasTouch: true, isMobile: true });
  // No locator finds anything on such a page.
  const ask = (wanted: string, inside = true): Promise<string | undefined> =>
    page.evaluate(
      ([selector, host]) => {
        const everything = Reflect.get(Document.prototype, "body", document) as Element;
        return (host ? everything.querySelector(host)?.shadowRoot : everything)?.querySelector(selector ?? "")?.textContent;
      },
      [wanted, inside ? "corrigenda-dialog" : ""],
    );
  // The second is in the form: who looks for its parents by what it says of itself never comes to an end.
  for (const [words, text] of [["em", "Wednes"], ["b", "Nice!"]] as const) {
    await page.evaluate((selector) => {
      for (const one of (Reflect.get(Document.prototype, "body", document) as Element).querySelectorAll(selector)) getSelection()?.selectAllChildren(one);
    }, words);
    await until(() => ask("button[data-corrigenda=note]", false), "Suggest a correction");
    await page.keyboard.press("Control+Enter");
    await until(() => ask("blockquote u"), text);
    await page.keyboard.press("Escape");
  }
  await stage.leave(page);
});
