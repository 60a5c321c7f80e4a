// Where the script tag is that brought the loader here; in module.js its place is taken by module-script.ts.
import { own } from "./own";

export const { src, dataset } = own("currentScript") as HTMLScriptElement;
