// Speaks with the server: asks it about the page, and sends it a report.
import type messages from "../messages.json";
import type { Selectors } from "./quote";

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
}

export interface Report {
  readonly url: string;
  readonly language: string;
  readonly target: { readonly source: string; readonly selector: Selectors };
  readonly concern: string;
  /** Empty where the reader left the wording as it is. */
  readonly suggestion: string;
  readonly comment: string;
  readonly email: string;
}

/** The server's own word that it has the report; `status` is the address of the reader's status page. */
export interface Receipt {
  readonly id: string;
  readonly status: string;
  readonly message: string;
}

/** Thrown where the server answered, but not with what was asked for. */
export class Refusal extends Error {
  constructor(
    /** The HTTP status; 0 for an answer that looked like success and was none, as from a hotel's sign-in page. */
    readonly status: number,
    /** The server's own sentence and the field that it is about, where it gave them. */
    readonly detail?: string,
    readonly field?: string,
  ) {
    super();
  }
}

/** After this many milliseconds without an answer a request counts as failed. */
const PATIENCE = 30_000;

/** Fetches a JSON object that has the member `needed`. Throws a Refusal, or whatever fetch throws where no answer came. */
async function call<Body>(address: string, needed: keyof Body, init?: RequestInit): Promise<Body> {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- Safari has it since 16 only
  const response = await fetch(address, { credentials: "omit", signal: AbortSignal.timeout?.(PATIENCE) ?? null, ...init });
  const body = (await response.json().catch(() => null)) as (Body & Refusal) | null;
  if (!response.ok) throw new Refusal(response.status, body?.detail, body?.field);
  if (!body?.[needed]) throw new Refusal(0);
  return body;
}

const configs: Record<string, Config> = {};

/** Asks what the dialog needs to know about the article at `url`, once for each address. Throws as `call` does. */
export async function fetchConfig(origin: string, url: string, lang: string): Promise<Config> {
  const query = new URLSearchParams({ url, lang }).toString();
  return (configs[query] ??= await call<Config>(`${origin}/widget/config?${query}`, "messages"));
}

/** Sends the report; a repeat with the same `key` is the same report to the server. Throws as `call` does. */
export function sendReport(origin: string, key: string, report: Report): Promise<Receipt> {
  return call<Receipt>(`${origin}/api/reports`, "message", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key },
    body: JSON.stringify(report),
  });
}
