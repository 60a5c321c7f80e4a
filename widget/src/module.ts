// The widget for a page's own scripts: opens the dialog, sends a report without it, says what happens, and goes again.
import { fetchConfig, sendReport, type Config, type Receipt, type Refusal } from "./api";
import type * as Dialog from "./dialog";
import { newKey } from "./draft";
import { forget, hear, load, wait } from "./listen";
import type { Part, Quote, Selectors } from "./quote";
import { page } from "./real";
import { findPassage, findRoot, holdersOf } from "./root";
import { readPlainText } from "./text";

export interface Place {
  readonly range?: Range | undefined;
  /** The words of an element, or an image. */
  readonly element?: Element | undefined;
  /** Address of the article; without it that of a data-corrigenda-url around the place, else the page's own. */
  readonly url?: string | undefined;
}

export interface ReportOptions extends Place {
  /** The words themselves, where they are no place in this page. */
  readonly quote?: { readonly exact: string; readonly prefix?: string; readonly suffix?: string } | undefined;
  readonly concern: "fact" | "unclear" | "typo" | "missing" | "other";
  readonly suggestion?: string | undefined;
  readonly comment?: string | undefined;
  readonly email?: string | undefined;
  /** Language of the words, as in the attribute lang. */
  readonly language?: string | undefined;
  /** 16 to 100 visible ASCII characters; sent again with the same one, a report is still one report. */
  readonly key?: string | undefined;
}

/** What each event brings. */
export interface Events {
  readonly open: undefined;
  readonly sent: { readonly id: string };
  readonly close: undefined;
}

/** Why a dialog was not opened or a report not taken; `message` may be shown to the reader. */
export class CorrigendaError extends Error {
  constructor(
    message: string,
    /** The HTTP status of the refusal; 0 where no usable answer came, or the report was not sent at all. */
    readonly status: number,
    /** The member that the refusal is about. */
    readonly field?: string | undefined,
    /** The report's key: what is sent again with it is stored once. */
    readonly key?: string | undefined,
  ) {
    super(message);
    this.name = "CorrigendaError";
  }
}

const LISTENING = Symbol.for("corrigenda");
const marked = document as { [LISTENING]?: boolean };
let controller = new AbortController();

function failureOf(problem: unknown, key?: string): CorrigendaError {
  const { detail, message, status = 0, field } = problem as Partial<Refusal>;
  return new CorrigendaError([detail, message].find(Boolean) ?? "The server gave no usable answer.", status, field, key);
}

function rangeIn({ range, element }: Place): Range | undefined {
  if (range || !element || element.matches("img,picture,figure")) return range;
  const inside = new Range();
  inside.selectNodeContents(element);
  return inside;
}

/** Opens the dialog on words, on an image, or on what is in view. Throws a CorrigendaError. */
export async function open(place: Place = {}): Promise<void> {
  const range = rangeIn(place);
  const url = place.url && new URL(place.url, location.href).href;
  try {
    const dialog = await load<typeof Dialog>("dialog.js");
    await dialog.open({ range, link: range ? undefined : place.element, url });
  } catch (problem) {
    throw failureOf(problem);
  }
}

interface Found {
  readonly selectors: Selectors;
  readonly part?: Part;
}

function findWords({ quote }: ReportOptions, config: Config, range: Range | undefined, holders: HTMLElement[]): Found {
  if (quote) {
    const words: Quote = { type: "TextQuoteSelector", prefix: "", suffix: "", ...quote };
    return { selectors: [words] };
  }
  const scope = holders.find((one) => one.dataset.corrigendaUrl);
  const root = findRoot(config.root, holders, scope ?? page.body, range);
  const passage = findPassage(readPlainText(root), config.maxQuote, range);
  if (typeof passage === "string") throw new CorrigendaError(config.messages[passage] ?? passage, 0);
  return passage;
}

/** Sends a report without the dialog. Throws a CorrigendaError; its `key` sends the same report again. */
export async function report(options: ReportOptions): Promise<Receipt> {
  const { concern, suggestion = "", comment = "", email = "", key = newKey() } = options;
  const range = rangeIn(options);
  const holders = holdersOf(range?.commonAncestorContainer ?? options.element ?? page.documentElement);
  const named = options.url ?? holders.find((one) => one.dataset.corrigendaUrl)?.dataset.corrigendaUrl ?? "";
  const url = new URL(named, location.href).href;
  const language = options.language ?? holders.find((one) => one.lang)?.lang ?? navigator.language;
  try {
    const config = await fetchConfig(url, language);
    const { selectors, part } = findWords(options, config, range, holders);
    const receipt = await sendReport(key, {
      url,
      language: config.language,
      target: { source: url, selector: selectors },
      ...(part && { part }),
      concern,
      suggestion,
      comment,
      email,
      seal: config.seal,
    });
    page.dispatchEvent(new CustomEvent("corrigenda:sent", { detail: { id: receipt.id } }));
    return receipt;
  } catch (problem) {
    throw problem instanceof CorrigendaError ? problem : failureOf(problem, key);
  }
}

/** Calls back at each event, whichever part of the widget it comes from, until what it returns is called. */
export function on<Name extends keyof Events>(name: Name, callback: (detail: Events[Name]) => void): () => void {
  const listener = ({ detail }: CustomEvent<Events[Name] | null>): void => {
    callback((detail ?? undefined) as Events[Name]);
  };
  const type = `corrigenda:${name}`;
  page.addEventListener(type, listener as (event: Event) => void, { signal: controller.signal });
  return () => {
    page.removeEventListener(type, listener as (event: Event) => void);
  };
}

/** Takes everything of this module out of the page: what listens, calls back, or is shown. */
export function destroy(): void {
  controller.abort();
  controller = new AbortController();
  forget();
  for (const host of page.querySelectorAll("corrigenda-dialog")) {
    // Removed while it is open it would never open again.
    host.shadowRoot?.querySelector("dialog")?.close();
    host.remove();
  }
  marked[LISTENING] = false;
}

// Another copy of this module, or the script tag, is listening already.
if (!marked[LISTENING] && !page.querySelector('script[src*="/widget/corrigenda.js"]')) {
  const { signal } = controller;
  marked[LISTENING] = true;
  addEventListener("keydown", hear, { signal });
  addEventListener("click", hear, { signal });
  addEventListener("scroll", wait, { signal, capture: true });
  addEventListener("selectionchange", wait, { signal, capture: true });
}
