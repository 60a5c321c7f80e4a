// The dialog, fetched on first use: opens on a selection or from the article's own link and walks the reader through a report.
import { fetchConfig, type Config } from "./api";
import type * as Choose from "./choose";
import { fetchModule } from "./fetcher";
import { readKept } from "./kept";
import { kit } from "./kit";
import type * as Later from "./later";
import { page } from "./real";
import { findPassage, findRoot, holdersOf } from "./root";
import { sayFrom, type Session } from "./session";
import { announce, closer, dialog, host, show } from "./shell";
import { readPlainText } from "./text";
import { showForm } from "./write";

/** What the loader saw when the reader asked for the dialog. */
export interface Use {
  readonly range?: Range | undefined;
  /** The article's "Suggest a correction" link, where that was used, or the image to report. */
  readonly link?: Element | undefined;
  /** Of the article, where the page's own script says it. */
  readonly url?: string | undefined;
}

let latest: Session | undefined;

dialog.onclose = () => {
  announce("close");
};

function makeSession(use: Use, url: string, config: Config, root: Element, focused: Element | null): Session {
  const session: Session = {
    url,
    config,
    root,
    plain: readPlainText(root),
    focused,
    say: sayFrom(config),
    write: (passage) => { showForm(session, passage); },
    choose: async (place, obstacle) => {
      const { choose } = await fetchModule<typeof Choose>("choose");
      if (!dialog.open) return;
      dialog.removeAttribute("aria-busy");
      choose(kit, session, use, place, obstacle);
    },
    settle: (showOutcome) => {
      if (session !== latest) return;
      if (!dialog.open) dialog.showModal();
      showOutcome();
    },
  };
  return session;
}

/**
 * Opens the dialog; does nothing while it is open. Rejects where the server could not be asked about this page, with the
 * server's own sentence as `detail` where it gave one.
 */
export async function open(use: Use): Promise<void> {
  const { range, link } = use;
  const active = page.activeElement;
  if (dialog.open) return;
  const focused = link ?? (active === page.body ? null : active);
  // Where nothing else tells which article is meant, it is the one in view.
  const place = range?.commonAncestorContainer ?? focused ?? page.elementFromPoint(innerWidth / 2, innerHeight / 2);
  const holders = holdersOf(place);
  const scope = holders.find((one) => one.dataset.corrigendaUrl);
  const url = use.url ?? new URL(scope?.dataset.corrigendaUrl ?? "", location.href).href;
  const language = holders.find((one) => one.lang)?.lang ?? navigator.language;
  page.body.append(host);
  dialog.setAttribute("aria-busy", "true");
  show("", "");
  dialog.showModal();
  try {
    const config = await fetchConfig(url, language);
    dialog.lang = config.language;
    dialog.dir = config.dir;
    const root = findRoot(config.root, holders, scope ?? page.body, range);
    const session = (latest = makeSession(use, url, config, root, focused));
    closer.setAttribute("aria-label", session.say("close"));
    const passage = findPassage(session.plain, config.maxQuote, range);
    if (typeof passage === "string") await session.choose(undefined, passage);
    // The reader may have pressed Escape meanwhile.
    if (!(dialog.open as boolean)) return;
    // Before the form is there: its focus would scroll by the layout of the waiting dialog.
    dialog.removeAttribute("aria-busy");
    if (typeof passage !== "string") session.write(passage);
    announce("open");
    void sendKept();
  } catch (error) {
    dialog.close();
    throw error;
  }
}

/** Sends what is kept on the device, now and whenever the connection is back; never rejects. */
export async function sendKept(): Promise<void> {
  if (!readKept().length) return;
  await fetchModule<typeof Later>("later")
    .then((later) => later.sendKept(kit))
    // There will be another time.
    .catch(() => undefined);
}

addEventListener("online", () => void sendKept());
