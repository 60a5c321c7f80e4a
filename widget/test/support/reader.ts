// What a reader does in the dialog, for the tests of several files.
import type { Page } from "playwright-core";
import { dialogOf } from "./stage";
import { until } from "./until";

/** What `fill` types, as `typed` reads it. */
export const ALL = ["Thursday", "fact", "I was there.", "reader@example.org"];

export async function fill(page: Page): Promise<void> {
  const dialog = dialogOf(page);
  await dialog.getByLabel("How should it read?").fill("Thursday");
  await dialog.getByLabel("Wrong fact").check();
  await dialog.getByLabel("Comment").fill("I was there.");
  await dialog.getByLabel("Your e-mail address").fill("reader@example.org");
}

export async function typed(page: Page): Promise<string[]> {
  const dialog = dialogOf(page);
  return [
    await dialog.getByLabel("How should it read?").inputValue(),
    await dialog.locator("input:checked").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value).join()),
    await dialog.getByLabel("Comment").inputValue(),
    await dialog.getByLabel("Your e-mail address").inputValue(),
  ];
}

export async function send(page: Page): Promise<void> {
  await dialogOf(page).getByRole("button", { name: /Send|Try again/ }).click();
}

/** Waits until the form says what went wrong. */
export async function failsWith(page: Page, sentence: string | RegExp): Promise<void> {
  await dialogOf(page).getByRole("alert").filter({ hasText: sentence }).waitFor();
  await dialogOf(page).getByRole("button", { name: "Try again" }).waitFor();
  await until(() => page.getByText("Thank you").count(), 0);
}

/** Waits until the dialog says why the report was not sent, and that it is kept. */
export async function keepsAfter(page: Page, sentence: string | RegExp): Promise<void> {
  const dialog = dialogOf(page);
  await dialog.getByRole("heading", { name: "Not sent yet" }).waitFor();
  await dialog.getByRole("status").filter({ hasText: sentence }).filter({ hasText: "kept on this device" }).waitFor();
  await until(() => page.getByText("Thank you").count(), 0);
}

/** The idempotency keys of what the page's storage holds. */
export function keysKept(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = JSON.parse(localStorage.getItem("corrigenda.kept") ?? "[]") as { key: string }[];
    return all.map(({ key }) => key);
  });
}
