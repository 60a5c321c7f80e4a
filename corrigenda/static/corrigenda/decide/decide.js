// The desk's keys, and what a list needs that is read again every few seconds; all of it works without, by hand.
"use strict";

const OFF = "corrigenda.keys.off";

/** The letter on the key for layouts without Latin letters; a newsroom in Kyiv has the same keys as one in Leeds. */
function keyOf(event) {
  if (/^[a-z?]$/.test(event.key)) return event.key;
  if (event.shiftKey || /^[\x20-\x7e]$/.test(event.key)) return "";
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
}

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function keysAreOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false; // storage may be forbidden; the keys then work in every page
  }
}

function step(by) {
  const links = [...document.querySelectorAll("[data-open]")];
  if (!links.length) return false;
  const now = links.indexOf(document.activeElement);
  const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + by, 0), links.length - 1);
  links[next].focus();
  links[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
  return true;
}

function unfold(key) {
  const way = document.querySelector(`[data-way="${key}"]`);
  if (!way) return false;
  way.open = true;
  const field = way.querySelector("textarea, input[type=radio]:checked, input[type=radio]");
  (field ?? way.querySelector("summary")).focus();
  return true;
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return link !== null;
}

/** In the row that has the focus, the button that names the key. */
function pressButton(key) {
  const button = document.activeElement?.closest("[data-row]")?.querySelector(`[data-key="${key}"]`);
  button?.click();
  return Boolean(button);
}

const ACTIONS = {
  j: () => step(1) || follow("[data-next]"),
  k: () => step(-1),
  o: () => (document.activeElement?.matches("[data-open]") ? follow(`#${document.activeElement.id}`) : follow("[data-article]")),
  u: () => follow("[data-up]"),
  a: () => unfold("a"),
  n: () => unfold("n"),
  d: () => unfold("d"),
  "?": () => showKeys(),
};

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || keysAreOff()) return;
  const key = keyOf(event);
  const act = ACTIONS[key];
  if (key && ((act && act()) || pressButton(key))) event.preventDefault();
}

function showKeys() {
  const dialog = document.getElementById("keys");
  dialog.querySelector("[data-keys-on]").checked = !keysAreOff();
  dialog.showModal();
  return true;
}

function switchKeys(event) {
  if (!(event.target instanceof Element) || !event.target.matches("[data-keys-on]")) return;
  try {
    if (event.target.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  } catch {
    event.target.checked = true; // storage is forbidden: the choice cannot be kept
  }
}

/** Nobody looks at a hidden page, and a list that is being read with a selection in it must not jump. */
function holdPoll(event) {
  if (!event.target.matches?.("[data-poll]")) return;
  const selection = document.getSelection();
  const reading = selection && !selection.isCollapsed && event.target.contains(selection.anchorNode);
  if (document.hidden || reading) event.preventDefault();
}

let lost = -1;

/** Remembers which row had the focus before the list is read again, and gives it to the row that took its place. */
function beforeSwap(event) {
  lost = event.detail.target?.id === "queue" ? [...document.querySelectorAll("[data-open]")].indexOf(document.activeElement) : -1;
}

function afterSwap() {
  if (lost < 0 || document.activeElement !== document.body) return;
  const links = document.querySelectorAll("[data-open]");
  links[Math.min(lost, links.length - 1)]?.focus();
}

const inSeconds = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "second" });

/** Counts down how long a decision can still be undone. */
function count() {
  for (const toast of document.querySelectorAll("[data-until]")) {
    const seconds = Math.ceil((Date.parse(toast.dataset.until) - Date.now()) / 1000);
    toast.querySelector("[data-seconds]").textContent = seconds > 0 ? inSeconds.format(seconds) : "";
  }
}

function showButtons() {
  for (const button of document.querySelectorAll("button[data-keys]")) {
    button.hidden = false;
    button.onclick = showKeys;
  }
  for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = !navigator.clipboard;
}

document.addEventListener("keydown", press);
document.addEventListener("change", switchKeys);
document.addEventListener("htmx:beforeRequest", holdPoll);
document.addEventListener("htmx:beforeSwap", beforeSwap);
document.addEventListener("htmx:afterSettle", afterSwap);
document.addEventListener("htmx:afterSettle", showButtons);
setInterval(count, 500);
count();
showButtons();
