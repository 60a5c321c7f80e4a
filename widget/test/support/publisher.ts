// A small newspaper on an origin of its own, under a strict Content-Security-Policy.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const CSS = `
  body { margin: 0 auto; max-width: 40em; padding: 1em; font: 18px/1.5 Georgia, serif; }
  .far { margin-block: 90vh; }
  @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } a { color: #9cf; } }
`;

export class Publisher {
  #pages = new Map<string, { html: string; policy: string }>();
  #server: Server;

  private constructor(readonly desk: string) {
    this.#server = createServer((request, response) => {
      const path = new URL(request.url ?? "/", "http://publisher").pathname;
      const page = this.#pages.get(path);
      if (path === "/page.css") response.writeHead(200, { "Content-Type": "text/css" }).end(CSS);
      else if (page) {
        response.writeHead(200, {
          "Content-Type": "text/html; charset=utf-8",
          "Content-Security-Policy": page.policy,
          "Set-Cookie": "reader=of-the-publisher",
        });
        response.end(page.html);
      } else response.writeHead(404).end();
    });
  }

  static async start(desk: string): Promise<Publisher> {
    const publisher = new Publisher(desk);
    await new Promise<void>((resolve) => publisher.#server.listen(0, "127.0.0.1", resolve));
    return publisher;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Publishes a page with the widget on it and returns its address; `{form}` becomes the address of the plain form. */
  publish(path: string, body: string, { lang = "en", dir = "ltr", script = "", policy: extra = "", tag = true } = {}): string {
    const address = `${this.origin}${path}`;
    const loader = `<script async src="${this.desk}/static/corrigenda/widget/corrigenda.js" ${script}></script>`;
    const html = `<!doctype html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><title>The Courier</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
      ${tag ? loader : ""}</head>
      <body>${body.replaceAll("{form}", `${this.desk}/report?url=${encodeURIComponent(address)}`)}</body></html>`;
    const policy = `default-src 'none'; script-src ${this.desk}; connect-src ${this.desk}; style-src 'self'; img-src 'self' data:; require-trusted-types-for 'script'; ${extra}`;
    this.#pages.set(path, { html, policy });
    return address;
  }

  /** Publishes an empty page in which a test can read texts of its own making. */
  publishBlank(path: string): string {
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><script src="${this.desk}/inside.js"></script></head><body></body></html>`;
    this.#pages.set(path, { html, policy: `script-src ${this.desk}` });
    return `${this.origin}${path}`;
  }
}
