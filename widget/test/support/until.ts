// Asks a page until it is as expected: what is asked once, right after a key or a click, may be asked too early.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

/** In milliseconds; only a test that fails waits so long. */
const PATIENCE = 15_000;

/** Asks until the answer is the expected one; at last it fails with the difference. */
export async function until<Answer>(ask: () => Promise<Answer> | Answer, expected: Answer, message?: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  let answer = await ask();
  while (!isDeepStrictEqual(answer, expected) && Date.now() < end) {
    await setTimeout(20);
    answer = await ask();
  }
  assert.deepEqual(answer, expected, message);
}
