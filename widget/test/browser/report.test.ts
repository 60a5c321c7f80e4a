// Tests the way of a report: what is sent, what the dialog says of each answer, and that nothing typed is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { problem } from "../support/desk";
import { ALL, failsWith, fill, keepsAfter, keysKept, send, typed } from "../support/reader";
import { ARTICLE, dialogOf, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();

test("a report is sent whole, and the server's own answer is shown with the status link", async () => {
  const page = await stage.visit(stage.publisher.publish("/whole", ARTICLE));
  const dialog = await report(page, "Wednes");
  await until(() => dialog.locator("blockquote").innerText(), "The harbour opened on Wednesday.");
  await until(() => dialog.locator("mark").innerText(), "Wednesday");
  await until(() => dialog.getByLabel("How should it read?").inputValue(), "Wednes");
  await fill(page);
  await send(page);
  await dialog.getByRole("status").filter({ hasText: "Your report no. 1 has arrived." }).waitFor();
  const link = dialog.getByRole("link", { name: "See what happens to your report" });
  await until(() => link.getAttribute("href"), `${stage.desk.origin}/status/token-1/`);

  assert.equal(stage.desk.posted.length, 1);
  const [sent] = stage.desk.posted;
  assert.match(sent?.key ?? "", /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal(sent?.type, "application/json");
  assert.equal(sent.cookie, "");
  assert.deepEqual(sent.body, {
    url: page.url(),
    language: "en",
    target: {
      source: page.url(),
      selector: [
        { type: "TextQuoteSelector", exact: "Wednes", prefix: "our opens\nThe harbour opened on ", suffix: "day. It cost 12\u00a0million, the tow" },
        { type: "TextPositionSelector", start: 36, end: 42 },
      ],
    },
    part: "body",
    concern: "fact",
    comment: "I was there.",
    email: "reader@example.org",
    suggestion: "Thursday",
    seal: "1790000000.signed",
  });
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await dialog.waitFor({ state: "hidden" });
  await stage.leave(page);
});

test("an unchanged wording is no suggestion; the second of two equal passages is the second", async () => {
  const page = await stage.visit(stage.publisher.publish("/same", ARTICLE));
  await report(page, "ports again");
  await dialogOf(page).getByLabel("Typo").check();
  await send(page);
  await page.getByText("has arrived").waitFor();
  const body = stage.desk.posted[0]?.body;
  assert.equal(body?.suggestion, "");
  const [quote, position] = body.target.selector;
  assert.equal(quote.prefix, "me from 31 ports. Ships came from 31 ".slice(-32));
  assert.equal(position && position.end - position.start, "ports again".length);
  await stage.leave(page);
});

test("no report is sent without a concern", async () => {
  const page = await stage.visit(stage.publisher.publish("/concern", ARTICLE));
  await report(page, "harbour");
  await send(page);
  await dialogOf(page).getByRole("alert").filter({ hasText: "Please choose what is wrong." }).waitFor();
  await until(() => dialogOf(page).getByLabel("Wrong fact").evaluate((radio) => radio.matches(":focus")), true);
  assert.equal(stage.desk.posted.length, 0);
  await stage.leave(page);
});

test("a refusal: the server's sentence, the focus in the field it names, all that was typed", async () => {
  const page = await stage.visit(stage.publisher.publish("/refused", ARTICLE));
  const dialog = await report(page, "Wednes");
  await fill(page);
  stage.desk.replies["/api/reports"] = problem(422, "This is not an e-mail address.", "email");
  await send(page);
  await failsWith(page, "This is not an e-mail address.");
  const email = dialog.getByLabel("Your e-mail address");
  await until(() => email.evaluate((field) => field.matches(":focus")), true);
  await until(() => email.getAttribute("aria-invalid"), "true");
  await until(() => typed(page), ALL);
  stage.desk.replies["/api/reports"] = problem(422, "No such field here.", '"] , * [x="');
  await send(page);
  await failsWith(page, "No such field here.");
  await until(() => email.getAttribute("aria-invalid"), null);
  await stage.leave(page);
});

test("no answer: it says so, and every attempt bears the same key", async () => {
  const page = await stage.visit(stage.publisher.publish("/silent", ARTICLE));
  await report(page, "Wednes");
  await fill(page);
  const keys: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/reports") && request.method() === "POST") keys.push(request.headers()["idempotency-key"]);
  });
  stage.desk.replies["/api/reports"] = "hang up";
  await send(page);
  await keepsAfter(page, "No answer came from the server");
  await dialogOf(page).getByRole("button", { name: "Back to the form" }).click();
  await until(() => typed(page), ALL);
  await until(() => keysKept(page), []);
  stage.desk.replies = {};
  await send(page);
  await page.getByText("has arrived").waitFor();
  assert.equal(keys.length, 2);
  assert.equal(new Set(keys).size, 1);
  assert.equal(stage.desk.posted.length, 1);

  await page.keyboard.press("Escape");
  const dialog = await report(page, "Wednes");
  await until(() => typed(page), ["Wednes", "", "", "reader@example.org"]);
  await dialog.getByLabel("Other").check();
  await send(page);
  await page.getByText("has arrived").waitFor();
  assert.notEqual(stage.desk.posted[1]?.key, stage.desk.posted[0]?.key);
  await stage.leave(page);
});

test("no answer, and no storage to keep it in: it says so, and all that was typed stays", async () => {
  const page = await stage.visit(stage.publisher.publish("/stuck", ARTICLE));
  await page.evaluate(() => {
    Object.defineProperty(window, "localStorage", {
      get: () => {
        throw new DOMException("denied", "SecurityError");
      },
    });
  });
  await report(page, "Wednes");
  await fill(page);
  await page.context().setOffline(true);
  await send(page);
  await failsWith(page, "No answer came from the server");
  await page.context().setOffline(false);
  await page.keyboard.press("Escape");
  await report(page, "Wednes");
  await until(() => typed(page), ALL);
  await send(page);
  await page.getByText("has arrived").waitFor();
  await stage.leave(page);
});

const UNCONFIRMED = {
  "an error page": [{ status: 502, type: "text/html", body: "<h1>Bad gateway</h1>" }, "(error 502)"],
  "a sign-in page that says 200": [{ status: 200, type: "text/html", body: "<h1>Welcome to the hotel</h1>" }, "No answer came"],
  "an empty object": [{ status: 201, type: "application/json", body: "{}" }, "No answer came"],
  "a receipt without the server's sentence": [
    { status: 201, type: "application/json", body: JSON.stringify({ id: "1", status: "https://desk.example/status/" }) },
    "No answer came",
  ],
  "a null": [{ status: 201, type: "application/json", body: "null" }, "No answer came"],
} as const;
for (const [name, [reply, sentence]] of Object.entries(UNCONFIRMED)) {
  test(`${name} is never shown as success`, async () => {
    const page = await stage.visit(stage.publisher.publish("/unconfirmed", ARTICLE));
    await report(page, "Wednes");
    await fill(page);
    stage.desk.replies["/api/reports"] = reply;
    await send(page);
    await keepsAfter(page, sentence);
    await dialogOf(page).getByRole("button", { name: "Back to the form" }).click();
    await until(() => typed(page), ALL);
    await stage.leave(page);
  });
}

test("a sandboxed page, which may not submit forms, can report", async () => {
  const policy = "sandbox allow-scripts allow-same-origin; form-action 'none'";
  const page = await stage.visit(stage.publisher.publish("/sandbox", ARTICLE, { policy }));
  const dialog = await report(page, "Wednes");
  await fill(page);
  await dialog.getByLabel("Your e-mail address").press("Enter");
  await page.getByText("has arrived").waitFor();
  assert.equal(stage.desk.posted.length, 1);
  await stage.leave(page);
});

test("one submission makes one request, however often Send is pressed", async () => {
  const page = await stage.visit(stage.publisher.publish("/once", ARTICLE));
  await report(page, "Wednes");
  await fill(page);
  let open = (): void => undefined;
  stage.desk.gate = new Promise((resolve) => (open = resolve));
  await send(page);
  const sender = dialogOf(page).getByRole("button", { name: "Sending…" });
  await sender.click();
  await page.keyboard.press("Control+Enter");
  open();
  await page.getByText("has arrived").waitFor();
  assert.equal(stage.desk.posted.length, 1);
  await stage.leave(page);
});

test("a dialog closed before the answer came opens again to show it", async () => {
  const page = await stage.visit(stage.publisher.publish("/closed", ARTICLE));
  const dialog = await report(page, "Wednes");
  await fill(page);
  let open = (): void => undefined;
  stage.desk.gate = new Promise((resolve) => (open = resolve));
  await send(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  open();
  await page.getByText("has arrived").waitFor();
  await stage.leave(page);
});

test("Escape keeps what was typed, for this passage and, but for the wording, for the next", async () => {
  const page = await stage.visit(stage.publisher.publish("/escape", ARTICLE));
  const dialog = await report(page, "Wednes");
  await fill(page);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await report(page, "Wednes");
  await until(() => typed(page), ALL);
  await page.keyboard.press("Escape");
  await report(page, "Nobody");
  await until(() => typed(page), ["Nobody", ...ALL.slice(1)]);
  await stage.leave(page);
});

test("what was typed can be reached again when the server has gone away", async () => {
  const page = await stage.visit(stage.publisher.publish("/gone", ARTICLE));
  await report(page, "Wednes");
  await fill(page);
  await page.keyboard.press("Escape");
  await page.context().setOffline(true);
  await report(page, "Wednes");
  await until(() => typed(page), ALL);
  await stage.leave(page);
});

test("only an address of the server itself becomes a link", async () => {
  for (const status of ["javascript:alert(1)", "https://elsewhere.example/status/", `${stage.desk.origin}.evil.example/`, `blob:${stage.desk.origin}/x`]) {
    const page = await stage.visit(stage.publisher.publish("/links", ARTICLE));
    stage.desk.config = { form: status };
    stage.desk.replies["/api/reports"] = { status: 201, type: "application/json", body: JSON.stringify({ id: "1", status, message: "Arrived." }) };
    const dialog = await report(page, "Wednes");
    await fill(page);
    await send(page);
    await dialog.getByText("Arrived.").waitFor();
    await until(() => dialog.getByText(status, { exact: true }).count(), 1);
    await until(() => dialog.getByRole("link").count(), 0);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Suggest a correction" }).click();
    await dialog.getByRole("button", { name: "Use these words" }).waitFor();
    await until(() => dialog.getByRole("link").count(), 0);
    await stage.leave(page);
  }
});

test("the page hears of opening, sending and closing, and learns nothing private", async () => {
  const page = await stage.visit(stage.publisher.publish("/events", ARTICLE));
  await page.evaluate(() => {
    const heard: unknown[] = [];
    for (const name of ["open", "sent", "close"]) {
      document.addEventListener(`corrigenda:${name}`, (event) => heard.push([name, (event as CustomEvent).detail]));
    }
    Object.assign(window, { heard });
  });
  await report(page, "Wednes");
  await fill(page);
  await send(page);
  await page.getByText("has arrived").waitFor();
  await page.keyboard.press("Escape");
  // The browser tells of a closed dialog in a task of its own.
  await page.waitForFunction(() => (window as unknown as { heard: unknown[] }).heard.length === 3);
  const heard = await page.evaluate(() => (window as unknown as { heard: [string, { id: string } | null][] }).heard);
  assert.deepEqual(heard.map(([name]) => name), ["open", "sent", "close"]);
  assert.deepEqual(Object.keys(heard[1]?.[1] ?? {}), ["id"]);
  await stage.leave(page);
});
