// Listens on the publisher's page and fetches the dialog on first use; until then it sends nothing and draws nothing.
import type * as Dialog from "./dialog";

const { src, dataset } = document.currentScript as HTMLScriptElement;
const notice = document.createElement("p");
const FAILURE = "The correction form could not be opened. Please check your connection and try again.";
let failed = false;
/** A browser may remember that a module could not be fetched, so that each new attempt needs a new address. */
let misses = 0;
/** What was selected when the pointer went down on a link: a browser or a page may drop the selection before the click. */
let held: Range | undefined;

function selected(): Range | undefined {
  const selection = getSelection();
  return selection?.isCollapsed === false ? selection.getRangeAt(0).cloneRange() : undefined;
}

/** The first place on the event's way, into shadow roots too, that matches the selector. */
function within(event: Event, selector: string): Element | undefined {
  return event.composedPath().find((place): place is Element => place instanceof Element && place.matches(selector));
}

function linkOf(event: Event): Element | undefined {
  return within(event, 'a[data-corrigenda="report"]');
}

/** Shows the one sentence that the loader has, or the server's own. */
function apologise(error: unknown): void {
  failed = true;
  const { detail } = error as { detail?: string };
  notice.textContent = [detail, dataset.failure, FAILURE].find(Boolean) ?? "";
  document.body.append(notice);
}

function open(event: Event, range?: Range, link?: Element): void {
  event.preventDefault();
  notice.remove();
  failed = false;
  const address = new URL(misses ? `dialog.js?${misses}` : "dialog.js", src);
  (import(address.href) as Promise<typeof Dialog>)
    .catch((error: unknown) => {
      misses++;
      throw error;
    })
    .then((dialog) => dialog.open({ origin: address.origin, range, link }))
    .catch(apologise);
}

notice.setAttribute("role", "alert");
notice.dataset.corrigenda = "note";
notice.dir = "auto";
notice.style.cssText =
  "position:fixed;inset:auto 0 16px;z-index:2147483647;box-sizing:border-box;width:fit-content;max-width:90%;margin:auto;" +
  "padding:12px 20px;border-radius:4px;background:#222;color:#fff;font:16px/1.5 Georgia,serif";
notice.onclick = () => {
  notice.remove();
};

document.addEventListener("keydown", (event) => {
  if (
    event.key === "Enter" &&
    (event.ctrlKey || event.metaKey) &&
    !event.repeat &&
    !event.defaultPrevented &&
    // There the page has its own use for these keys, as in a comment box.
    !within(event, "input,textarea,select,[contenteditable]")
  ) {
    open(event, selected());
  }
});

document.addEventListener("pointerdown", (event) => {
  held = linkOf(event) && selected();
});

document.addEventListener("click", (event) => {
  const link = linkOf(event);
  // After a failure the link leads where it always leads without us: to the plain form.
  if (link && !failed && !event.defaultPrevented && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
    open(event, held ?? selected(), link);
    held = undefined;
  }
});
