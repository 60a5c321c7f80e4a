// Reads the plain text of an article out of the DOM and maps between its UTF-16 offsets and places in the page.
import { real } from "./real";

/** Characters that stand side by side both in the plain text and in one text node. */
export interface Run {
  readonly node: Text;
  /** Where the run begins in `node`. */
  readonly from: number;
  /** Where the run begins in the plain text. */
  readonly at: number;
  readonly length: number;
}

/** The text of an article as docs/reference/plain-text.md defines it; its line feeds belong to no run. */
export interface PlainText {
  readonly text: string;
  readonly runs: readonly Run[];
}

/** Half-open, in UTF-16 units of the plain text. */
export type Span = readonly [start: number, end: number];

const UNREAD =
  "head,script,style,template,noscript,iframe,object,embed,video,audio,canvas,svg,math,select,datalist,textarea,button,[data-corrigenda=note]";
/** What begins a new line before and after itself. */
const BREAKING =
  "br,address,article,aside,blockquote,body,caption,center,col,colgroup,dd,details,dialog,dir,div,dl,dt,fieldset,figcaption,figure,footer,form,h1,h2,h3,h4,h5,h6,header,hgroup,hr,html,legend,li,main,menu,nav,ol,p,pre,search,section,summary,table,tbody,td,tfoot,th,thead,tr,ul";

/** Reads the inside of `root`. */
export function readPlainText(root: Node): PlainText {
  const runs: Run[] = [];
  let text = "";
  let newLine = false;
  let space: (() => void) | undefined;

  const keep = (node: Text, from: number, piece: string): void => {
    runs.push({ node, from, at: text.length, length: piece.length });
    text += piece;
  };

  const readCharacters = (node: Text): void => {
    // Words with single spaces between them stay together: a run for each word would make long pages slow.
    for (const { 0: piece, index } of node.data.matchAll(/[\t\n\f\r ]+|[^\t\n\f\r ]+(?: [^\t\n\f\r ]+)*/g)) {
      if (/^[\t\n\f\r ]/.test(piece)) {
        space = () => {
          keep(node, index, " ");
        };
      } else {
        if (text) {
          if (newLine) text += "\n";
          else space?.();
        }
        newLine = false;
        space = undefined;
        keep(node, index, piece);
      }
    }
  };

  const breakLine = (): void => {
    newLine = true;
    space = undefined;
  };

  const readInside = (parent: Node): void => {
    parent.childNodes.forEach((child) => {
      if (child instanceof Text) {
        readCharacters(child);
      } else if (child instanceof Element) {
        const node = real(child);
        if (node.matches(UNREAD)) return;
        const breaks = node.matches(BREAKING);
        if (breaks) breakLine();
        // Where the source has its shadow tree, as a template before everything else.
        if (node.shadowRoot) readInside(node.shadowRoot);
        readInside(node);
        if (breaks) breakLine();
      }
    });
  };

  readInside(real(root));
  return { text, runs };
}

/** The span that `range` covers, without white space at its ends; undefined where it covers no word. */
export function spanOf({ text, runs }: PlainText, range: Range): Span | undefined {
  let start = Infinity;
  let end = 0;
  for (const { node, from, at, length } of runs) {
    const first = node === range.startContainer ? Math.max(0, range.startOffset - from) : 0;
    const last = node === range.endContainer ? Math.min(length, range.endOffset - from) : length;
    if (first < last && range.intersectsNode(node)) {
      start = Math.min(start, at + first);
      end = at + last;
    }
  }
  return trim(text, start, end);
}

/** The span without white space at its ends; undefined where nothing is left. */
export function trim(text: string, start: number, end: number): Span | undefined {
  const words = /[^ \n](.*[^ \n])?/s.exec(text.slice(start, end));
  return words ? [start + words.index, start + words.index + words[0].length] : undefined;
}

/** How long a span is as the server counts: in code points. */
export function lengthOf({ text }: PlainText, span: Span): number {
  return Array.from(text.slice(...span)).length;
}

/** The range of the page that holds the span; undefined where the span is empty or lies outside the text. */
export function rangeOf({ runs }: PlainText, [start, end]: Span): Range | undefined {
  const held = runs.filter(({ at, length }) => at < end && at + length > start);
  const [first] = held;
  const last = held.pop();
  if (!first || !last) return undefined;
  const range = new Range();
  range.setStart(first.node, first.from + Math.max(0, start - first.at));
  range.setEnd(last.node, last.from + Math.min(last.length, end - last.at));
  return range;
}
