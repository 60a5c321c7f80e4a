// The dialog, fetched on first use: opens on a selection or from the article's own link and walks the reader through a report.
import { fetchConfig, type Config } from "./api";
import { showChooser } from "./choose";
import { findPassage, findRoot } from "./root";
import type { Session } from "./session";
import { closer, dialog, host, show } from "./shell";
import { readPlainText } from "./text";
import { showForm } from "./write";

/** What the loader saw when the reader asked for the dialog. */
export interface Use {
  /** Of the server that the script came from. */
  readonly origin: string;
  readonly range?: Range | undefined;
  /** The article's "Suggest a correction" link, where that was used. */
  readonly link?: Element | undefined;
}

let latest: Session | undefined;

function announce(name: "open" | "sent" | "close", detail?: unknown): void {
  document.dispatchEvent(new CustomEvent(`corrigenda:${name}`, { detail }));
}

dialog.onclose = () => {
  announce("close");
};

/** The language of the words that the reader selected or of the link, as the page states it. */
function languageAt({ range, link }: Use): string {
  const place = range?.startContainer ?? link ?? document.documentElement;
  const element = place instanceof Element ? place : place.parentElement;
  return element?.closest<HTMLElement>("[lang]")?.lang ?? navigator.language;
}

function makeSession({ origin, range, link }: Use, url: string, config: Config, focused: Element | null): Session {
  const session: Session = {
    origin,
    url,
    config,
    plain: readPlainText(findRoot(config.root, range, link)),
    focused: link || focused === document.body ? null : focused,
    say: (key, values = {}) =>
      (config.messages[key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
    write: (span) => { showForm(session, span); },
    choose: (place, obstacle) => { showChooser(session, place, obstacle); },
    settle: (showOutcome) => {
      if (session !== latest) return;
      if (!dialog.open) dialog.showModal();
      showOutcome();
    },
    announce,
  };
  return session;
}

/**
 * Opens the dialog; does nothing while it is open. Rejects where the server could not be asked about this page, with the
 * server's own sentence as `detail` where it gave one.
 */
export async function open(use: Use): Promise<void> {
  const { range, link, origin } = use;
  const focused = document.activeElement;
  const url = location.href;
  if (dialog.open) return;
  document.body.append(host);
  dialog.setAttribute("aria-busy", "true");
  show("", "");
  dialog.showModal();
  try {
    const config = await fetchConfig(origin, url, languageAt(use));
    dialog.lang = config.language;
    dialog.dir = config.dir;
    const session = (latest = makeSession(use, url, config, focused));
    closer.setAttribute("aria-label", session.say("close"));
    // The reader may have pressed Escape meanwhile.
    if (!dialog.matches("[open]")) return;
    // Before the form is there: its focus would scroll by the layout of the waiting dialog.
    dialog.removeAttribute("aria-busy");
    const passage = findPassage(session.plain, config.maxQuote, range);
    if (typeof passage !== "string") session.write(passage);
    else session.choose(undefined, link && !range ? undefined : passage);
    announce("open");
  } catch (error) {
    dialog.close();
    throw error;
  }
}
