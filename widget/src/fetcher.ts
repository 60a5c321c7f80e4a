// Fetches a further part of the widget, which only some readers need, from beside the one that asks for it.

/** The server that this script came from. */
export const ORIGIN = new URL(import.meta.url).origin;

/** A browser may remember that a module could not be fetched, so that each new attempt needs a new address. */
let misses = 0;

/** Returns the module `name`; rejects where it cannot be fetched. */
export function fetchModule<Module>(name: string): Promise<Module> {
  const address = new URL(`${name}.js#${misses}`, import.meta.url);
  return (import(address as unknown as string) as Promise<Module>).catch((error: unknown) => {
    misses++;
    throw error;
  });
}
