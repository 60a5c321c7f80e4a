// What the parts that are fetched later are given by the dialog: they bring along only what is small and has no state.
import { fetchConfig, sendReport } from "./api";
import { showReceipt } from "./receipt";
import { passageAt } from "./root";
import { addStyles, button, dialog, link, make, root, show, status, title } from "./shell";
import { readPlainText } from "./text";

export const kit = {
  addStyles,
  button,
  dialog,
  fetchConfig,
  link,
  make,
 
  passageAt,
  readPlainText,
  root,
  sendReport,
  show,
  showReceipt,
  status,
  title,
};

export type Kit = typeof kit;
