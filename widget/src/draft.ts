// Keeps what the reader typed for as long as the page lives, until the server or the device has the report.
import type { Report } from "./api";
import type { Passage } from "./quote";

/** What a reader says of a passage. */
export type Words = Pick<Report, "concern" | "suggestion" | "comment" | "email">;

export interface Draft extends Words {
  /** The idempotency key: every attempt to send this draft bears the same one. */
  readonly key: string;
}

const drafts: Record<string, Draft> = {};
let latest: Words = { concern: "", suggestion: "", comment: "", email: "" };

/** A random UUID, which ends every blob's address; crypto.randomUUID is missing on pages without TLS. */
export function newKey(): string {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}

/**
 * The draft for a passage: the one begun before, else a new one that proposes the words as they are, with all else as it was
 * last typed, since a reader often goes on to mark other words for the same remark.
 */
export function draftOf(url: string, { selectors, image }: Passage): Draft {
  const name = JSON.stringify([url, selectors, image]);
  return (latest = drafts[name] ??= { ...latest, key: newKey(), suggestion: selectors[0].exact });
}

/** Begins anew where the report has gone; the e-mail address stays for the reader's next one. */
export function renewDraft(draft: Draft, suggestion: string): void {
  Object.assign(draft, { key: newKey(), concern: "", suggestion, comment: "" });
}
