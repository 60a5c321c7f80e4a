// The ways into the dialog: the shortcut, the article's own link, and a button near words marked on a touch screen.
// Its functions are arrows, in this order, since they pack smaller so: every reader loads them.
/* eslint-disable @typescript-eslint/prefer-nullish-coalescing -- an empty text is as good as none */
import { dataset, src } from "#script";
import type * as Dialog from "./dialog";
import { own } from "./own";

const LINK = "a[data-corrigenda=report]";
const button = own("createElement").call(document, "button");
/** A browser may remember that a module could not be fetched, so that each new attempt needs a new address. */
let misses = "";
/** What went wrong last, until the next attempt. */
let failure: unknown;
let timer: ReturnType<typeof setTimeout> | undefined;
/** What was marked when that last stood still: a browser or a page may drop the selection before a click. */
let held: Range | undefined;

/** The range that is selected, in an open shadow root too: from outside that looks like a caret before its host. */
const selected = (root: Partial<Document> = self as unknown as Document): Range | undefined => {
  const selection = root.getSelection?.();
  return selection?.isCollapsed
    ? selected((selection.anchorNode?.childNodes[selection.anchorOffset] as Partial<Element> | undefined)?.shadowRoot as Document | undefined ?? {})
    : selection?.getRangeAt(0).cloneRange();
};

const open = (event: Event, link?: Element): void => {
  const range = selected() ?? held;
  event.preventDefault();
  forget();
  failure = 0;
  load<typeof Dialog>("dialog.js" + misses)
    .then(
      (dialog) => dialog.open({ range, link }),
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- nobody reads it, and an Error would cost bytes
        throw (misses += "#");
      },
    )
    .catch((error: unknown) => {
      failure = error;
      // The server's own sentence, else the page's, else ours; the button tries again.
      show((error as { detail?: string }).detail || dataset.failure || "Correction form failed. Retry?");
      button.focus();
    });
};

/** Fetches another file of ours; none of them is there before it is needed. */
export const load = <Module>(name: string): Promise<Module> => {
  // The browser takes the address out of the URL; `.href` would cost bytes that every reader loads.
  return import(new URL(name, src) as unknown as string) as Promise<Module>;
};

/** Hears keys and clicks. */
export const hear = (event: KeyboardEvent | MouseEvent): void => {
  const within = (selector: string): Element | undefined =>
    (event.composedPath().slice(0, -2) as Element[]).find((place) => (place as Partial<Element>).matches?.(selector));
  const link = within(LINK);
  const command = event.ctrlKey || event.metaKey;
  if (
    !(
      event.defaultPrevented ||
      ((event as KeyboardEvent).key
        ? // In its fields the page has its own use for these keys, as in a comment box.
          (event as KeyboardEvent).key !== "Enter" || !command || (event as KeyboardEvent).repeat || within("input,textarea,select,[contenteditable]")
        : // After a failure the link leads where it always leads without us: to the plain form.
          !link || command || event.shiftKey || event.altKey || failure)
    )
  ) {
    open(event, link);
  }
};

const show = (text?: string | null): void => {
  button.textContent = text || "\u270e";
  button.ariaLabel = text || "Correction form";
  own("body").append(button);
};

/** Hears that the selection or its place in the window has changed. */
export const wait = (): void => {
  clearTimeout(timer);
  timer = setTimeout(settle, 500);
};

/** Puts the button below the words, their handles and a menu that the system shows there, else above all these. */
const settle = (): void => {
  button.remove();
  held = selected();
  if (held && matchMedia("(pointer:coarse)").matches) {
    const box = held.getBoundingClientRect();
    const y = box.bottom + 199 < innerHeight ? box.bottom + 99 : box.top - 199;
    // eslint-disable-next-line @typescript-eslint/restrict-plus-operands -- four bytes less than a template
    button.style.inset = y + "px auto auto 1em";
    if (y > 0) show(own("body").querySelector(LINK)?.textContent || dataset.label);
  }
};

/** Takes the button away, and what is about to show it. */
export const forget = (): void => {
  clearTimeout(timer);
  button.remove();
};

// No text rule reads it.
button.dataset.corrigenda = "note";
button.style.cssText =
  "position:fixed;inset:auto auto 1em 1em;z-index:999999999;padding:1em;background:#222;color:#fff;font:inherit";
button.onclick = open;
