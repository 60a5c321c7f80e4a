// Solves the server's proof of work (the ALTCHA scheme) without freezing the page; fetched only when the server asks for one.
/*! Holds SHA-256 of @noble/hashes: MIT License, (c) 2022 Paul Miller (paulmillr.com) */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Challenge } from "./api";

/** The page gets its turn after this many milliseconds: shorter than a frame, so that nobody feels it. */
const STRETCH = 12;

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/**
 * Finds the number which, written behind the salt, has the SHA-256 that is asked for, and returns the payload for the
 * report's `altcha`. Not with crypto.subtle: it is missing on pages without TLS, and asking it anew for each of many
 * thousand short texts takes several times as long as counting here. Rejects where there is no such number, where the
 * algorithm is another one, and with the signal's reason where the reader gave up.
 */
export async function solve(task: Challenge, signal?: AbortSignal): Promise<string> {
  const { algorithm, challenge, salt, maxnumber, signature } = task;
  if (algorithm !== "SHA-256") throw new Error(`no such algorithm: ${algorithm}`);
  const salted = sha256.create().update(utf8ToBytes(salt));
  for (let number = 0; number <= maxnumber; ) {
    const until = performance.now() + STRETCH;
    while (number <= maxnumber && performance.now() < until) {
      if (bytesToHex(salted.clone().update(utf8ToBytes(String(number))).digest()) === challenge) {
        return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      }
      number++;
    }
    await rest();
    if (signal?.aborted) throw new Error("cancelled");
  }
  throw new Error("the challenge has no solution");
}
