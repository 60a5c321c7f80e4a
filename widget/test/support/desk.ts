// A small server that answers the widget as Corrigenda does, on a port of its own, and remembers what it was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { Config, Report } from "../../src/api";
import messages from "../../messages.json";

const STATIC = "/static/corrigenda/widget/";
const BUILT = new URL("../../../corrigenda/static/corrigenda/widget/", import.meta.url);
const INSIDE = new URL("../inside.js", import.meta.url);
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
  "Access-Control-Allow-Methods": "POST",
};

export interface Posted {
  readonly key: string;
  readonly type: string;
  readonly cookie: string;
  readonly body: Report;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export class Desk {
  readonly requests: string[] = [];
  readonly posted: Posted[] = [];
  /** Changes of the configuration that the next test wants. */
  config: Partial<Config> = {};
  /** Takes the place of the usual answers, by path; "hang up" closes the connection without one. */
  replies: Record<string, Reply | "hang up" | undefined> = {};
  /** Held open until the test lets go. */
  gate: Promise<void> = Promise.resolve();
  #receipts = new Map<string, string>();
  #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<Desk> {
    const desk = new Desk();
    await new Promise<void>((resolve) => desk.#server.listen(0, "127.0.0.1", resolve));
    return desk;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.requests.length = this.posted.length = 0;
    this.config = {};
    this.replies = {};
    this.gate = Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What the server says about a page, in English unless a test changed it. */
  configFor(url: string): Config {
    return {
      site: "courier",
      language: "en",
      dir: "ltr",
      root: ["[itemprop=articleBody]", "article", "main"],
      form: `${this.origin}/report?url=${encodeURIComponent(url)}`,
      maxQuote: 2000,
      concerns: [
        { value: "fact", label: "Wrong fact" },
        { value: "unclear", label: "Unclear or misleading" },
        { value: "typo", label: "Typo" },
        { value: "missing", label: "Something missing" },
        { value: "other", label: "Other" },
      ],
      messages,
      ...this.config,
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    this.requests.push(`${request.method ?? ""} ${url.pathname}`);
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, { ...CORS, "Content-Type": type }).end(body);
    };
    if (request.method === "OPTIONS") {
      send(204, "text/plain", "");
      return;
    }
    if (url.pathname.startsWith(STATIC) || url.pathname === "/inside.js") {
      const file = url.pathname === "/inside.js" ? INSIDE : new URL(url.pathname.slice(STATIC.length), BUILT);
      send(200, "text/javascript", await readFile(file, "utf8"));
      return;
    }
    const body = await read(request);
    await this.gate;
    const reply = this.replies[url.pathname];
    if (reply === "hang up") {
      request.socket.destroy();
    } else if (reply) {
      send(reply.status, reply.type, reply.body);
    } else if (url.pathname === "/widget/config") {
      send(200, "application/json", JSON.stringify(this.configFor(url.searchParams.get("url") ?? "")));
    } else if (url.pathname === "/api/reports") {
      send(201, "application/json", this.#receive(request, JSON.parse(body) as Report));
    } else {
      send(200, "text/html", `<!doctype html><title>desk</title><h1>${url.pathname}</h1>`);
    }
  }

  /** The same idempotency key gets the first receipt again. */
  #receive({ headers }: IncomingMessage, body: Report): string {
    const key = String(headers["idempotency-key"]);
    this.posted.push({ key, type: headers["content-type"] ?? "", cookie: headers.cookie ?? "", body });
    const number = this.#receipts.size + 1;
    const receipt =
      this.#receipts.get(key) ??
      JSON.stringify({
        id: `r${number}`,
        status: `${this.origin}/status/token-${number}/`,
        message: `Your report no. ${number} has arrived.`,
      });
    this.#receipts.set(key, receipt);
    return receipt;
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** An answer as Corrigenda refuses: RFC 9457 problem details. */
export function problem(status: number, detail: string, field?: string): Reply {
  return { status, type: "application/problem+json", body: JSON.stringify({ title: "Refused", detail, field, status }) };
}
