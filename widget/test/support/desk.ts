// A small server that answers the widget as Corrigenda does, on a port of its own, and remembers what it was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import type { About, Challenge, Config, Known, Report } from "../../src/api";
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
  /** What was asked about passages. */
  readonly asked: About[] = [];
  /** Changes of the configuration that the next test wants. */
  config: Partial<Config> = {};
  /** Takes the place of the usual answers, by path; "hang up" closes the connection without one. */
  replies: Record<string, Reply | "hang up" | undefined> = {};
  /** Published notices, by the address of their article. */
  notices: Record<string, readonly object[] | undefined> = {};
  /** What is known of every passage. */
  known: Known | null = null;
  /** The solution of the work that is asked for before a report is taken; none is asked for without one. */
  work: number | undefined;
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
    this.requests.length = this.posted.length = this.asked.length = 0;
    this.config = {};
    this.replies = {};
    this.notices = {};
    this.known = null;
    this.work = undefined;
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
      seal: "1790000000.signed",
      ...this.config,
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    if (url.pathname === "/last-question") {
      response.writeHead(204, CORS).end();
      return;
    }
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
    } else if (url.pathname === "/widget/notices") {
      const address = url.searchParams.get("url") ?? "";
      send(200, "application/json", JSON.stringify({ url: address, root: this.configFor(address).root, notices: this.notices[address] ?? [] }));
    } else if (url.pathname === "/widget/known") {
      this.asked.push(JSON.parse(body) as About);
      send(200, "application/json", JSON.stringify({ known: this.known }));
    } else if (url.pathname === "/api/reports" && this.work !== undefined && !this.#isSolved(body)) {
      const detail = "Too many reports are coming in at the moment.";
      send(429, "application/problem+json", JSON.stringify({ title: "Refused", status: 429, detail, challenge: this.#challenge() }));
    } else if (url.pathname === "/api/reports") {
      send(201, "application/json", this.#receive(request, JSON.parse(body) as Report));
    } else {
      send(200, "text/html", `<!doctype html><title>desk</title><h1>${url.pathname}</h1>`);
    }
  }

  /** Work as the Python library altcha makes it. */
  #challenge(): Challenge {
    const salt = "0a1b2c3d4e5f?expires=4102444800&key=of-the-report";
    const challenge = createHash("sha256").update(`${salt}${this.work ?? 0}`).digest("hex");
    return { algorithm: "SHA-256", challenge, salt, maxnumber: 100_000_000, signature: "signed" };
  }

  #isSolved(body: string): boolean {
    const { altcha = "" } = JSON.parse(body) as { altcha?: string };
    const { number, ...rest } = JSON.parse(Buffer.from(altcha, "base64").toString() || "{}") as Challenge & { number?: number };
    const { algorithm, challenge, salt, signature } = this.#challenge();
    return number === this.work && JSON.stringify(rest) === JSON.stringify({ algorithm, challenge, salt, signature });
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
