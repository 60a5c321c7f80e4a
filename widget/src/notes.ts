// Writes the notices of one article into the page: marks their words, and puts footnotes behind them; fetched where there are some.
import css from "./notes.css";
import type { Position, Quote } from "./quote";
import { page, real } from "./real";
import { rangeOf, readPlainText, type Span } from "./text";

/** What the server says of one notice; docs/reference/api.md describes it. */
export interface Notice {
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

/** The ids of the notices that this script has shown. */
const shown = new Set<string>();
/** Browsers without the Custom Highlight API mark nothing: to wrap the words would change the publisher's document. */
const marks = "highlights" in CSS ? new Highlight() : undefined;

/** Makes an element of ours, which no text rule reads. */
function make(tag: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const element = page.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name] ?? "");
  element.append(...children);
  return element;
}

/** Where the words are: at the place that the server names, else where they are once with words around them. */
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
  const parent = end.startContainer.parentElement;
  const link = parent && real(parent).closest("a,button,summary,label");
  if (link) link.after(reference);
  else end.insertNode(reference);
}

/** Shows those notices that are on the page neither by the CMS nor by us. */
export function show(root: Element, notices: readonly Notice[]): void {
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
    // A link leads to the first element with its id. Nobody can have written what chance adds, so that there is no second try.
    if (page.getElementById(id) ?? page.getElementById(`${id}-words`)) id += Math.random().toString(36).replace("0.", "-");
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

if (marks) CSS.highlights.set("corrigenda", marks);
try {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  page.adoptedStyleSheets.push(sheet);
} catch {
  // Safari before 16.4 and Chrome before 99 cannot: there the notes go without their looks.
}
