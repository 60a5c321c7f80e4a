// What the pages gain where JavaScript runs: every one of them works without it.
"use strict";

/** Puts the reader at the list of what is to be mended, or else at the first field that is. */
function showErrors(root) {
  const place = root.querySelector("[data-errors]") ?? root.querySelector("[aria-invalid=true]");
  if (place) place.focus();
}

/** A form is sent once: a second press while the first is under way does nothing. */
function sendOnce(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-once")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

/** Copies the text of the element that a button names, and says so in the button. */
async function copy(event) {
  const button = event.target instanceof Element && event.target.closest("button[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  await navigator.clipboard.writeText(source.textContent);
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = label), 2000);
}

/** Says so where htmx got no answer, or one that it could not use; the page itself would stay silent. */
function tellFailure() {
  const place = document.getElementById("messages");
  const notice = document.createElement("p");
  notice.className = "notice notice--danger";
  notice.textContent = place.dataset.failure;
  place.replaceChildren(notice);
}

document.addEventListener("submit", sendOnce);
document.addEventListener("click", copy);
// A page that the browser kept whole (back button) has its forms open again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
for (const button of document.querySelectorAll("button[data-copy]")) button.hidden = !navigator.clipboard;
showErrors(document);
document.addEventListener("htmx:responseError", tellFailure);
document.addEventListener("htmx:sendError", tellFailure);
document.addEventListener("htmx:timeout", tellFailure);
document.addEventListener("htmx:afterSettle", (event) => showErrors(event.detail.elt));
