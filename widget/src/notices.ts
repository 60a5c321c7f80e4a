// Shows the published notices of each article on the page: marks their words, and puts footnotes behind them.
import css from "./notices.css";
import type { Position, Quote } from "./quote";
import { rangeOf, readPlainText, type Span } from "./text";

/** What the server says of one notice; docs/reference/api.md describes it. */
interface Notice {
  readonly id: string;
  readonly label: string;
  readonly language: string;
  readonly text: string;
  readonly published_at: string;
  readonly href: string;
  /** Whether the CMS has put it on the page. */
  readonly placed: boolean;
  readonly selector: readonly [Quote, Position] | null;
}

const SCOPES = "[data-corrigenda-url]";
const asked = new WeakSet<Element>();
/** The ids of the notices that this script has shown. */
const shown = new Set<string>();
/** Browsers without the Custom Highlight API mark nothing: to wrap the words would change the publisher's document. */
const marks = "highlights" in CSS ? new Highlight() : undefined;
/** Whether a scan is to come or goes on. */
let scans = true;

/** Makes an element of ours, which no text rule reads. */
function make(tag: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name] ?? "");
  element.append(...children);
  return element;
}

/** The article's root within the scope, by the site's selectors as everywhere; without a match the scope itself. */
function rootIn(scope: Element, selectors: readonly string[]): Element {
  for (const selector of selectors) {
    try {
      const root = scope.matches(selector) ? scope : scope.querySelector(selector);
      if (root) return root;
    } catch {
      // A selector that the browser does not understand matches nothing.
    }
  }
  return scope;
}

/** Where the words stand: at the place that the server names, else where they stand once with words around them. */
function spanIn(text: string, [{ exact, prefix, suffix }, { start }]: readonly [Quote, Position]): Span | undefined {
  let from = text.startsWith(prefix + exact + suffix, start - prefix.length) ? start : -1;
  for (const [before, after] of [[prefix, suffix], [prefix, ""], ["", suffix]] as const) {
    const words = before + exact + after;
    const at = text.indexOf(words);
    if (from < 0 && words !== exact && at === text.lastIndexOf(words) && at >= 0) from = at + before.length;
  }
  return from < 0 ? undefined : [from, from + exact.length];
}

/** Puts the reference behind the words, or behind the link that they are in: links do not nest. */
function refer(range: Range, reference: Element): void {
  const end = range.cloneRange();
  end.collapse();
  const link = end.startContainer.parentElement?.closest("a,button,summary,label");
  if (link) link.after(reference);
  else end.insertNode(reference);
}

function show(root: Element, notices: readonly Notice[]): void {
  const plain = readPlainText(root);
  const placed = notices
    // Whether the page has one already is for the desk to say: a comment of a reader can have any id.
    .filter(({ id, placed }) => !placed && !shown.has(id))
    .map((notice) => {
      const span = notice.selector && spanIn(plain.text, notice.selector);
      return { notice, at: span ? span[0] : Infinity, range: span && rangeOf(plain, span) };
    })
    .sort((one, other) => one.at - other.at);

  const entries = placed.map(({ notice: { id, label, language, text, published_at, href }, range }, index) => {
    const name = range ? `${label} ${index + 1}` : label;
    shown.add(id);
    // A link leads to the first element with its id, so ours are ids that no element has; "|=" finds the words' too.
    while (document.querySelector(`[id|=${id}]`)) id += "-";
    const words = `${id}-words`;
    if (range) {
      marks?.add(range);
      const link = make("a", { href: `#${id}`, "aria-label": name, lang: language }, `${index + 1}`);
      refer(range, make("sup", { id: words, class: "correction-ref", "data-corrigenda": "note" }, link));
    }
    const date = () => new Date(published_at).toLocaleDateString(language, { dateStyle: "medium" });
    return make(
      "p",
      { id, lang: language, dir: "auto" },
      make("strong", {}, range ? make("a", { href: `#${words}` }, name) : name),
      " ",
      make("a", { href }, make("time", { datetime: published_at }, date())),
      `: ${text}`,
    );
  });
  if (entries[0]) root.append(make("aside", { class: "corrections", "data-corrigenda": "note" }, ...entries));
}

/**
 * Asks for the page's own article and for each that names its address, once. One after the other, in the order of the page:
 * what a reader's comment names comes behind the articles, and takes no notice from them.
 */
async function scan(): Promise<void> {
  for (;;) {
    const scopes = [document.body, ...document.querySelectorAll<HTMLElement>(SCOPES)];
    const scope = scopes.find((one) => !asked.has(one));
    if (!scope) break;
    asked.add(scope);
    try {
      const { href } = new URL(scope.dataset.corrigendaUrl ?? "", location.href);
      const address = new URL(`/widget/notices?url=${encodeURIComponent(href)}`, import.meta.url);
      const response = await fetch(address, { credentials: "omit" });
      const { root, notices } = (await response.json()) as { root: string[]; notices: Notice[] };
      const place = rootIn(scope, root);
      // The text of another article is no place for these.
      if ((place.closest(SCOPES) ?? scope) === scope) show(place, notices);
    } catch {
      // No answer: the page stays as it is.
    }
  }
  scans = false;
}

function start(): void {
  void scan();
  // Articles may be added later, as by infinite scroll.
  new MutationObserver(() => {
    if (!scans) setTimeout(scan, 500);
    scans = true;
  }).observe(document.body, { childList: true, subtree: true });
}

if (marks) CSS.highlights.set("corrigenda", marks);
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();

// Last, since Safari before 16.4 and Chrome before 99 cannot: there the notes go without their looks.
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets.push(sheet);
