// Speaks with the server: asks it about the page and about a passage, and sends it a report.
import type messages from "../messages.json";
import { fetchModule, ORIGIN } from "./fetcher";
import type { Part, Selectors } from "./quote";
import type * as Solve from "./solve";

export type MessageKey = keyof typeof messages;

export interface Config {
  readonly site: string;
  readonly language: string;
  readonly dir: string;
  readonly root: readonly string[];
  /** The address of the plain form. */
  readonly form: string;
  /** In code points. */
  readonly maxQuote: number;
  readonly concerns: readonly { readonly value: string; readonly label: string }[];
  readonly messages: Readonly<Partial<Record<MessageKey, string>>>;
  /** The time at which the server made this, signed; goes back with each report. */
  readonly seal?: string;
}

/** What a report is about. */
export interface About {
  readonly url: string;
  readonly language: string;
  readonly target: { readonly source: string; readonly selector: Selectors };
  readonly part?: Part;
  /** The address of an image as the page has it. */
  readonly image?: string | undefined;
}

export interface Report extends About {
  readonly concern: string;
  /** Empty where the reader left the wording as it is; one space where the words are to go. */
  readonly suggestion: string;
  readonly comment: string;
  readonly email: string;
  readonly seal?: string | undefined;
}

/** The server's own word that it has the report; `status` is the address of the reader's status page. */
export interface Receipt {
  readonly id: string;
  readonly status: string;
  readonly message: string;
}

/** What is known of a passage already; the sentence is whole, all texts are the server's. */
export interface Known {
  readonly state: "open" | "corrected" | "declined";
  readonly sentence: string;
  /** The published notice. */
  readonly text?: string;
  /** Why it was declined. */
  readonly reason?: string;
  readonly href?: string;
  /** ISO 8601. */
  readonly date?: string;
}

/** A piece of work that the server asks for while it is under pressure, as the ALTCHA scheme has it. */
export interface Challenge {
  readonly algorithm: string;
  readonly challenge: string;
  readonly salt: string;
  readonly maxnumber: number;
  readonly signature: string;
}

/** What is thrown where the server answered, but not with what was asked for. */
export interface Refusal extends Error {
  /** The HTTP status; 0 for an answer that looked like success and was none, as from a hotel's sign-in page. */
  readonly status: number;
  /** The server's own sentence and the field that it is about, where it gave them. */
  readonly detail?: string;
  readonly field?: string;
  /** What is to be solved before the report is sent again. */
  readonly challenge?: Challenge;
}

/** After this many milliseconds without an answer a request counts as failed. */
const PATIENCE = 30_000;

/** Fetches from our server a JSON object that has the member `needed`. Throws a Refusal, or whatever fetch throws where no answer came. */
async function call<Body>(path: string, needed: keyof Body, body?: object, key?: string): Promise<Body> {
  const response = await fetch(ORIGIN + path, {
    credentials: "omit",
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- Safari has it since 16 only
    signal: AbortSignal.timeout?.(PATIENCE),
    ...(body && {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(key && { "Idempotency-Key": key }) },
      body: JSON.stringify(body),
    }),
  });
  const answer = (await response.json().catch(() => null)) as Partial<Body & Refusal> | null;
  if (response.ok && answer?.[needed]) return answer as Body;
  throw Object.assign(new Error(), answer, { status: response.ok ? 0 : response.status });
}

const configs: Record<string, Config> = {};

/** Asks what the dialog needs to know about the article at `url`, once for each address. Throws as `call` does. */
export async function fetchConfig(url: string, lang: string): Promise<Config> {
  const path = `/widget/config?${new URLSearchParams({ url, lang }) as unknown as string}`;
  return (configs[path] ??= await call<Config>(path, "messages"));
}

/** Asks what is known of a passage already. Throws as `call` does, and where nothing is known. */
export async function fetchKnown(about: About): Promise<Known> {
  return (await call<{ known: Known }>("/widget/known", "known", about)).known;
}

/**
 * Sends the report; a repeat with the same `key` is the same report to the server. Where the server asks for work first,
 * that is done; `begin` is told so, and may return a signal that ends it. Throws as `call` does, and an AbortError.
 */
export async function sendReport(
  key: string,
  report: Report,
  begin?: () => AbortSignal,
): Promise<Receipt> {
  const send = (altcha?: string): Promise<Receipt> =>
    call("/api/reports", "message", { ...report, altcha }, key);
  try {
    return await send();
  } catch (problem) {
    const { challenge } = problem as Partial<Refusal>;
    if (!challenge) throw problem;
    const signal = begin?.();
    const { solve } = await fetchModule<typeof Solve>("solve").catch(() => {
      throw problem;
    });
    return send(await solve(challenge, signal));
  }
}
