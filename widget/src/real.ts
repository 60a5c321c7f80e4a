// Looks at a node as the browser made it: elements with a name, as in a reader's comment, hide members of documents and forms.

/** The node, with each member taken from its prototype, which no element can hide; nothing can be set on it. */
export function real<Kind extends Node>(node: Kind): Kind {
  return new Proxy(node, {
    get(_, name) {
      const member: unknown = Reflect.get(Object.getPrototypeOf(node) as object, name, node);
      return member instanceof Function ? (member.bind(node) as unknown) : member;
    },
  });
}

export const page = real(document);
