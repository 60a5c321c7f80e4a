// Sends the reports that are kept on the reader's device, and says quietly what came of each; fetched only where there are some.
import type { Refusal } from "./api";
import css from "./later.css";
import { readKept, storeKept, type Kept } from "./kept";
import type { Kit } from "./kit";
import { page } from "./real";
import { sayFrom, type Say } from "./session";

/** Shows a note, in the dialog while that is open and else at the edge of the window, until the reader puts it away. */
function tell({ addStyles, button, dialog, make, root, status }: Kit, say: Say, key: string, ...content: Node[]): void {
  let notes = root.querySelector(".notes");
  if (!notes) {
    addStyles(css);
    const fresh = (notes = make("div", { className: "notes", role: "status", lang: dialog.lang, dir: dialog.dir }));
    const place = (): void => {
      if (dialog.open) status.after(fresh);
      else root.append(fresh);
    };
    // What is outside an open dialog cannot be reached, what is inside a closed one cannot be seen.
    for (const name of ["open", "close"]) page.addEventListener(`corrigenda:${name}`, place);
    // A dialog tells that it has closed in a later task; until then the note would be gone from the reader's sight.
    dialog.addEventListener("beforetoggle", ({ newState }) => { if (newState === "closed") root.append(fresh); });
    place();
  }
  // To move it would close a dialog that is open.
  if (!root.host.isConnected) page.body.append(root.host);
  forget(root, key);
  const closer = button("×", () => { forget(root, key); }, "closer");
  closer.setAttribute("aria-label", say("close"));
  notes.append(make("div", { "data-key": key }, closer, ...content));
}

function forget(root: ShadowRoot, key: string): void {
  root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
}

function showRefused(kit: Kit, say: Say, { key, report, refused = "" }: Kept): void {
  const { button, make, root } = kit;
  const { suggestion, comment, target } = report;
  const deleter = button(say("forget"), () => {
    storeKept(key);
    forget(root, key);
  });
  const words = [target.selector[0].exact, suggestion, comment].filter((one) => one.trim());
  tell(
    kit,
    say,
    key,
    make("p", {}, `${say("refusedLater")} ${refused}`),
    ...words.map((one) => make("blockquote", { dir: "auto" }, one)),
    deleter,
  );
}

/** Sends one of them; false where there is no use in trying the next. */
async function sendOne(kit: Kit, say: Say, entry: Kept): Promise<boolean> {
  const { dialog, link, make, root, sendReport, showReceipt } = kit;
  const { key, report } = entry;
  // The reader may have taken it back meanwhile.
  if (!readKept().some((one) => one.key === key)) return true;
  try {
    const receipt = await sendReport(key, report);
    storeKept(key);
    page.dispatchEvent(new CustomEvent("corrigenda:sent", { detail: { id: receipt.id } }));
    if (dialog.open && root.getElementById(key)) {
      showReceipt({ say }, receipt);
    } else {
      tell(
        kit,
        say,
        key,
        make("p", {}, `${say("sentLater")} ${receipt.message}`),
        make("p", {}, link(receipt.status, say("statusLink"))),
      );
    }
    return true;
  } catch (problem) {
    const { status = 0, detail = `(${status})` } = problem as Partial<Refusal>;
    // Too slow, too early or too often is no refusal of this report.
    if (status < 400 || status > 499 || status === 408 || status === 429) return false;
    const refused = { ...entry, refused: detail };
    storeKept(key, refused);
    showRefused(kit, say, refused);
    return true;
  }
}

async function sendAll(kit: Kit): Promise<void> {
  const config = await kit.fetchConfig(location.href, navigator.language);
  const say = sayFrom(config);
  if (!kit.dialog.open) Object.assign(kit.dialog, { lang: config.language, dir: config.dir });
  const mine = readKept();
  for (const entry of mine) if (entry.refused) showRefused(kit, say, entry);
  for (const entry of mine) if (!entry.refused && !(await sendOne(kit, say, entry))) return;
}

/** Sends what is kept, one after the other and in one tab only. Rejects where nobody answers. */
export async function sendKept(kit: Kit): Promise<void> {
  // Pages without TLS have no locks: there two tabs may both send, and the key makes one report of it.
  const { locks } = navigator as Partial<Navigator>;
  if (!locks) await sendAll(kit);
  else await locks.request("corrigenda.kept", { ifAvailable: true }, (lock) => lock && sendAll(kit));
}
