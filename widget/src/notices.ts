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
  readonly selector: readonly [Quote, Position] | null;
}

const SCOPES = "[data-corrigenda-url]";
const asked = new WeakSet<Element>();
/** Browsers without the Custom Highlight API mark nothing: to wrap the words would change the publisher's document. */
const marks = "Highlight" in window ? new Highlight() : undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

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
    // The publisher's own page may show some of them already.
    .filter(({ id }) => !document.getElementById(id))
    .map((notice) => {
      const span = notice.selector && spanIn(plain.text, notice.selector);
      return { notice, at: span ? span[0] : Infinity, range: span && rangeOf(plain, span) };
    })
    .sort((one, other) => (one.at < other.at ? -1 : 1));
  if (!placed[0]) return;

  const entries = placed.map(({ notice: { id, label, language, text, published_at, href }, range }, index) => {
    const name = range ? `${label} ${index + 1}` : label;
    const words = `${id}-words`;
    if (range) {
      marks?.add(range);
      const link = make("a", { href: `#${id}`, "aria-label": name, lang: language }, `${index + 1}`);
      refer(range, make("sup", { id: words, class: "correction-ref", "data-corrigenda": "note" }, link));
    }
    const date = new Date(published_at).toLocaleDateString(language, { dateStyle: "medium" });
    return make(
      "p",
      { id, lang: language, dir: "auto" },
      make("strong", {}, range ? make("a", { href: `#${words}` }, name) : name),
      " ",
      make("a", { href }, make("time", { datetime: published_at }, date)),
      `: ${text}`,
    );
  });
  root.append(make("aside", { class: "corrections", "data-corrigenda": "note" }, ...entries));
}

async function ask(scope: Element, url: string): Promise<void> {
  asked.add(scope);
  const address = new URL(`/widget/notices?url=${encodeURIComponent(url)}`, import.meta.url);
  const response = await fetch(address, { credentials: "omit" });
  const { root, notices } = (await response.json()) as { root: string[]; notices: Notice[] };
  show(rootIn(scope, root), notices);
}

/** Asks for each article that names its address and has not been asked for; without one the page is the article. */
function scan(): void {
  timer = undefined;
  for (const scope of document.querySelectorAll<HTMLElement>(SCOPES)) {
    if (!asked.has(scope)) ask(scope, new URL(scope.dataset.corrigendaUrl ?? "", location.href).href).catch(String);
  }
}

function start(): void {
  if (!document.querySelector(SCOPES)) ask(document.body, location.href.split("#")[0] ?? "").catch(String);
  scan();
  // Articles may be added later, as by infinite scroll.
  new MutationObserver(() => {
    timer ??= setTimeout(scan, 500);
  }).observe(document.body, { childList: true, subtree: true });
}

if (marks) CSS.highlights.set("corrigenda", marks);
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();

// Last, since Safari before 16.4 has no constructable style sheets: there the notes go without their looks.
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
