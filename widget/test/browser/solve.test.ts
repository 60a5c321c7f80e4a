// Tests the work that the server asks for under pressure: fetched then only, without a frozen page, and the reader can leave it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { cost } from "../support/cost";
import { fill, keysKept, send, typed } from "../support/reader";
import { ARTICLE, dialogOf, report, setStage } from "../support/stage";
import { until } from "../support/until";

const stage = setStage();

test("the work is done, and the report sent again with the same key and body", async () => {
  const page = await stage.visit(stage.publisher.publish("/work", ARTICLE));
  stage.desk.work = 20_000;
  const bodies: { altcha?: string }[] = [];
  const keys = new Set<string | undefined>();
  page.on("request", (request) => {
    if (!request.url().endsWith("/api/reports") || request.method() !== "POST") return;
    bodies.push(request.postDataJSON() as { altcha?: string });
    keys.add(request.headers()["idempotency-key"]);
  });
  await report(page, "Wednes");
  assert.ok(!stage.desk.requests.some((one) => one.includes("solve.js")));
  await fill(page);
  await send(page);
  await dialogOf(page).getByText("One moment: we are checking that you are not a robot.").waitFor();
  await page.getByText("has arrived").waitFor();
  assert.equal(keys.size, 1);
  const [first, second] = bodies;
  assert.deepEqual({ ...second, altcha: undefined }, { ...first, altcha: undefined });
  assert.deepEqual([first?.altcha, typeof second?.altcha], [undefined, "string"]);
  await stage.leave(page);
});

/** Waits until other tasks of the page have had so many turns. */
function takeTurns(page: Page, wanted: number): Promise<void> {
  return page.evaluate(async (number) => {
    for (let turns = 0; turns < number; turns++) await new Promise((resolve) => { setTimeout(resolve); });
  }, wanted);
}

test("the page's own tasks have their turns while the work is done", async () => {
  const page = await stage.visit(stage.publisher.publish("/turns", ARTICLE));
  stage.desk.work = 99_999_999;
  await report(page, "Wednes");
  await fill(page);
  await send(page);
  await dialogOf(page).getByText("One moment").waitFor();
  const spent = await cost(page, () => takeTurns(page, 50));
  assert.ok(spent > 50, `${spent} ms: the work did not go on`);
  assert.ok(spent / 50 < 60, `${spent / 50} ms of work between two turns of the page`);
  await stage.leave(page);
});

test("the reader can cancel: all that was typed is there, and nothing is sent", async () => {
  const page = await stage.visit(stage.publisher.publish("/cancel", ARTICLE));
  stage.desk.work = 99_999_999;
  const dialog = await report(page, "Wednes");
  await fill(page);
  await send(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Try again" }).waitFor();
  await until(async () => (await dialog.getByRole("alert").textContent())?.trim(), "");
  await until(() => typed(page), ["Thursday", "fact", "I was there.", "reader@example.org"]);
  await until(() => keysKept(page), []);
  assert.equal(stage.desk.posted.length, 0);
  stage.desk.work = undefined;
  await send(page);
  await page.getByText("has arrived").waitFor();
  await stage.leave(page);
});

test("where the solver cannot be fetched, the server's own sentence is shown", async () => {
  const page = await stage.visit(stage.publisher.publish("/nosolver", ARTICLE));
  await page.route("**/solve.js", (route) => route.abort());
  stage.desk.work = 7;
  const dialog = await report(page, "Wednes");
  await fill(page);
  await send(page);
  await dialog.getByRole("alert").filter({ hasText: "Too many reports are coming in at the moment." }).waitFor();
  await until(() => typed(page), ["Thursday", "fact", "I was there.", "reader@example.org"]);
  await stage.leave(page);
});
