// The one dialog of the page in its shadow root, and the elements that go into it; text goes in as text only.
import { ORIGIN } from "./fetcher";
import { page } from "./real";
import css from "./style.css";

type Properties = Readonly<Record<string, unknown>>;

/** Makes an element; what is a property of it is set so, all else as an attribute. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = page.createElement(tag);
  for (const name in properties) {
    if (name in element) (element as Record<string, unknown>)[name] = properties[name];
    else element.setAttribute(name, properties[name] as string);
  }
  element.append(...children);
  return element;
}

export function button(label: string, onclick: () => void, className = ""): HTMLButtonElement {
  return make("button", { type: "button", className, onclick }, label);
}

/** A link where the address is a page of the server itself: nothing else that it says becomes one. */
export function link(address: string, label: string): HTMLElement {
  return address.startsWith(`${ORIGIN}/`) ? make("a", { href: address }, label) : make("span", {}, address);
}

export const title = make("h2", { id: "title", tabIndex: -1 });
/** Announced politely when it changes. */
export const status = make("p", { id: "status", role: "status" });
export const closer = button("×", close, "closer");
const body = make("div", { className: "body" });
export const dialog = make(
  "dialog",
  { "aria-labelledby": "title", "aria-describedby": "status quote", closedby: "any" },
  // No landmark: the page has a banner of its own.
  make("header", { role: "none" }, title, closer),
  status,
  body,
);
/** Is to be put into the page before the dialog can be shown. */
export const host = make("corrigenda-dialog" as "div", {});

export function close(): void {
  dialog.close();
}

/** Shows a view: its title, a sentence that is read out, and what stands below. */
export function show(heading: string, sentence: string, ...content: Node[]): void {
  title.textContent = heading;
  status.textContent = sentence;
  body.replaceChildren(...content);
  dialog.scrollTop = 0;
}

export const root = host.attachShadow({ mode: "open" });
root.append(dialog);

/** Adds a style sheet, as minified text, to what stands in the shadow root. */
export function addStyles(text: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    // Safari before 16.4 has no constructable style sheets.
    root.append(make("style", {}, text));
  }
}

addStyles(css);
// The page's own keyboard shortcuts must not fire while the reader types.
host.onkeydown = host.onkeyup = (event) => {
  event.stopPropagation();
};

export function announce(name: "open" | "sent" | "close", detail?: unknown): void {
  page.dispatchEvent(new CustomEvent(`corrigenda:${name}`, { detail }));
}
