// Asks for the published notices of each article on the page; what writes them into it is fetched where there are some.
import { fetchModule, ORIGIN } from "./fetcher";
import type * as Notes from "./notes";
import { page, real } from "./real";

const SCOPES = "[data-corrigenda-url]";
/** How many elements of each of these two kinds a page view asks for at most. */
const MOST = 20;
const articles: HTMLElement[] = [];
/** Those without a root of their own and those within another article: they may be what a reader wrote. */
const others: HTMLElement[] = [];
const seen = new WeakSet<Element>();
const asked = new WeakSet<Element>();
/** The site's root selectors, as the desk has named them last. */
let selectors: readonly string[] = [];
/** Whether a scan is to come or goes on. */
let scans = true;

/** The article's root within the scope, by the site's selectors as everywhere. */
function rootIn(scope: Element): Element | undefined {
  for (const selector of selectors) {
    try {
      const root = scope.matches(selector) ? scope : scope.querySelector(selector);
      if (root) return root;
    } catch {
      // A selector that the browser does not understand matches nothing.
    }
  }
  return undefined;
}

/** Asks for the notices of the article that the element names, and has them shown. */
async function ask(scope: HTMLElement): Promise<void> {
  try {
    const { href } = new URL(scope.dataset.corrigendaUrl ?? "", location.href);
    const response = await fetch(`${ORIGIN}/widget/notices?url=${encodeURIComponent(href)}`, { credentials: "omit" });
    const { root, notices } = (await response.json()) as { root: string[]; notices: Notes.Notice[] };
    selectors = root;
    if (!notices.length) return;
    const { show } = await fetchModule<typeof Notes>("notes");
    const place = rootIn(scope) ?? scope;
    // The text of another article is no place for these.
    if ((place.closest(SCOPES) ?? scope) === scope) show(place, notices);
  } catch {
    // No answer: the page stays as it is.
  }
}

/** Whether the element has a root of its own and is in no other article, nor in the page's own. */
function isArticle(scope: Element): boolean {
  try {
    const { parentElement } = real(scope);
    return rootIn(scope)?.closest(SCOPES) === scope && !parentElement?.closest(SCOPES) && !rootIn(page.body)?.contains(parentElement);
  } catch {
    // It is in a form whose fields have the names of its members.
    return false;
  }
}

/** Asks for each article that names its address, once and one after the other: articles first, then what may be comments. */
async function scan(): Promise<void> {
  for (;;) {
    page.querySelectorAll<HTMLElement>(SCOPES).forEach((scope) => {
      if (!seen.has(scope)) {
        seen.add(scope);
        const queue = isArticle(scope) ? articles : others;
        if (queue.length < MOST) queue.push(scope);
      }
    });
    const scope = [...articles, ...others].find((one) => !asked.has(one));
    if (!scope) break;
    asked.add(scope);
    await ask(scope);
  }
  scans = false;
}

function start(): void {
  seen.add(page.body);
  void ask(page.body).then(scan);
  // Articles may be added later, as by infinite scroll.
  new MutationObserver(() => {
    if (!scans) setTimeout(scan, 500);
    scans = true;
  }).observe(page.body, { childList: true, subtree: true });
}

if (page.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
