// What the tests call inside a page: the reading of its text, without the dialog.
export { linesOf, selectorsOf, widen } from "../../src/quote";
export { findPassage, findRoot } from "../../src/root";
export { rangeOf, readPlainText, spanOf } from "../../src/text";
