// Keeps reports that could not be sent on the reader's device, in the page's own storage.
import type { Report } from "./api";

/** The loader looks for it too. */
const NAME = "corrigenda.kept";
/** In milliseconds; after 30 days what is kept is given up. */
const LONGEST = 30 * 24 * 3600 * 1000;

export interface Kept {
  /** The idempotency key: sent by two tabs at once, it is still one report. */
  readonly key: string;
  /** When it was kept, in milliseconds since 1970. */
  readonly at: number;
  readonly report: Report;
  /** The server's sentence, where it would not take the report. */
  readonly refused?: string;
}

/** Returns what is kept; nothing where the page has no storage, or something else stands there. */
export function readKept(): Kept[] {
  try {
    const all = JSON.parse(localStorage.getItem(NAME) ?? "[]") as Kept[];
    return all.filter(({ at }) => at > Date.now() - LONGEST);
  } catch {
    return [];
  }
}

/** Puts a report in the place of the one with the same key, or forgets that; false where the page cannot store it. */
export function storeKept(key: string, entry?: Kept): boolean {
  const all = readKept().filter((one) => one.key !== key);
  if (entry) all.push(entry);
  try {
    if (all.length) localStorage.setItem(NAME, JSON.stringify(all));
    else localStorage.removeItem(NAME);
    return true;
  } catch {
    return false;
  }
}
