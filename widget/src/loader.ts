// The script tag: listens on the publisher's page; until first use it sends nothing and draws nothing.
import { dataset } from "#script";
import type * as Dialog from "./dialog";
import { hear, load, wait } from "./listen";

// On the window, where the page's own listeners have had their say.
addEventListener("keydown", hear);
addEventListener("click", hear);
addEventListener("scroll", wait, true);
addEventListener("selectionchange", wait, true);
if ("notices" in dataset) load("notices.js").catch(String);
// A report that could not be sent from another page of this site. Later, for the storage is slow to open.
setTimeout(() => {
  try {
    if (localStorage["corrigenda.kept"]) load<typeof Dialog>("dialog.js").then((dialog) => dialog.sendKept(), String);
  } catch {
    // A page in a sandbox has no storage.
  }
}, 2000);
