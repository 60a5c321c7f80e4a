// Keeps what the reader typed for as long as the page lives, until the server confirms that it has the report.
import type { Selectors } from "./quote";

export interface Draft {
  /** The idempotency key: every attempt to send this draft bears the same one. */
  readonly key: string;
  suggestion: string;
}

/** Typed for one passage, and still wanted if the reader goes on to mark another. */
export const kept = { concern: "", comment: "", email: "" };

const drafts: Record<string, Draft> = {};

/** A random UUID, which ends every blob's address; crypto.randomUUID is missing on pages without TLS. */
function newKey(): string {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}

function nameOf(url: string, selectors: Selectors): string {
  return JSON.stringify([url, selectors]);
}

/** The draft for a passage: the one begun before, else a new one that proposes the words as they are. */
export function draftOf(url: string, selectors: Selectors): Draft {
  return (drafts[nameOf(url, selectors)] ??= { key: newKey(), suggestion: selectors[0].exact });
}

/** Forgets a draft that the server has confirmed; the e-mail address stays for the reader's next report. */
export function forgetDraft(url: string, selectors: Selectors): void {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a Map costs more bytes
  delete drafts[nameOf(url, selectors)];
  kept.concern = kept.comment = "";
}
