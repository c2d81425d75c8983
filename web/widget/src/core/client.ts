import type { ChatFile } from "../types";

/** The server understood and said no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterSeconds: number,
    /** What is wrong with which answer of a form. */
    readonly fields: Record<string, string> = {},
  ) {
    super(detail || code);
  }

  /** Worth trying again by itself: too fast, a time-out, or trouble on the server's side. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** No answer at all: the network is away. */
export class Unreachable extends Error {}

interface Problem {
  code?: string;
  detail?: string;
  params?: { fields?: Record<string, string> };
}

const TIMEOUT_MS = 20_000;

export class Client {
  token = "";
  /** In the settings' preview nothing is sent anywhere. */
  silent = false;

  constructor(
    readonly base: string,
    private locale: () => string,
  ) {}

  headers(): Record<string, string> {
    const headers: Record<string, string> = { "Accept-Language": this.locale() };
    if (this.token) headers["Authorization"] = `Visitor ${this.token}`;
    return headers;
  }

  async get<T>(path: string): Promise<T> {
    return this.request<T>("GET", path);
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return this.request<T>("POST", path, JSON.stringify(body));
  }

  private async request<T>(method: string, path: string, body?: string): Promise<T> {
    if (this.silent) throw new Unreachable();
    const headers = this.headers();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    let response: Response;
    let text: string;
    try {
      const options: RequestInit = { method, headers, signal: abort.signal, credentials: "omit" };
      if (body !== undefined) options.body = body;
      response = await fetch(this.base + path, options);
      text = await response.text();
    } catch {
      throw new Unreachable();
    } finally {
      clearTimeout(timer);
    }
    if (!response.ok) throw refusal(response.status, text, response.headers.get("Retry-After"));
    return (text ? JSON.parse(text) : null) as T;
  }

  /** XMLHttpRequest, because fetch can't say how much of an upload has gone. */
  upload(file: Blob, name: string, onProgress: (share: number) => void): Promise<ChatFile> {
    return new Promise((resolve, reject) => {
      const form = new FormData();
      form.append("file", file, name);
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}/files`);
      for (const [header, value] of Object.entries(this.headers())) request.setRequestHeader(header, value);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onerror = () => reject(new Unreachable());
      request.onload = () => {
        if (request.status < 300) resolve(JSON.parse(request.responseText) as ChatFile);
        else reject(refusal(request.status, request.responseText, request.getResponseHeader("Retry-After")));
      };
      request.send(form);
    });
  }
}

export function refusal(status: number, text: string, retryAfter: string | null): Refused {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // A proxy's own page: the status says enough.
  }
  return new Refused(status, problem.code ?? "", problem.detail ?? "", Number(retryAfter) || 0, problem.params?.fields ?? {});
}
