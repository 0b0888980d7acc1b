/** One way to the server: JSON in and out, a time limit on every request, failures as two kinds of error. */

import type { ProblemDocument } from "./types";
import { noteServerDate } from "../time/clock";

/** The server answered, and the answer is no. `code` is stable; see app/domain/errors.py. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly document: ProblemDocument;

  constructor(status: number, document: ProblemDocument) {
    super(document.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = document.code ?? "error";
    this.document = document;
  }
}

/** No answer: no network, the server is restarting, or the time limit ran out. */
export class Unreachable extends Error {}

const SECONDS_TO_ANSWER = 12;
let onSignedOut: () => void = () => undefined;

/** Calls `react` whenever the server says that there is no session any more. */
export function whenSignedOut(react: () => void): void {
  onSignedOut = react;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return new Problem(response.status, (await response.json()) as ProblemDocument);
  } catch {
    return new Problem(response.status, { status: response.status });
  }
}

async function answerTo(method: string, path: string, body?: unknown): Promise<Response> {
  const asked = Date.now();
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(SECONDS_TO_ANSWER * 1000),
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
  noteServerDate(response.headers.get("date"), asked, Date.now());
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.code === "sign_in_required") onSignedOut();
    if (response.status >= 502 && response.status <= 504 && problem.code === "error") {
      throw new Unreachable(problem.message);
    }
    throw problem;
  }
  return response;
}

export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await answerTo(method, path, body);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** POSTs and reads an answer that is a file. */
export async function postForFile(path: string, body: unknown): Promise<Blob> {
  return (await answerTo("POST", path, body)).blob();
}

/**
 * POSTs and reads an answer that comes line by line (NDJSON), each line as soon as it is there. A long text may take longer
 * than any other request: the time limit counts from the last line.
 */
export async function* postForLines<T>(path: string, body: unknown): AsyncGenerator<T> {
  const silence = new AbortController();
  let alarm = 0;
  const heard = () => {
    window.clearTimeout(alarm);
    alarm = window.setTimeout(() => silence.abort(), SECONDS_TO_ANSWER * 1000);
  };
  heard();
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      signal: silence.signal,
    });
    if (!response.ok) {
      const problem = await problemOf(response);
      if (problem.code === "sign_in_required") onSignedOut();
      throw problem;
    }
    let rest = "";
    const reader = (response.body ?? new Blob().stream()).pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      heard();
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim()) yield JSON.parse(line) as T;
    }
    if (rest.trim()) yield JSON.parse(rest) as T;
  } catch (error) {
    throw error instanceof Problem ? error : new Unreachable(String(error));
  } finally {
    window.clearTimeout(alarm);
  }
}

export const get = <T>(path: string) => request<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}) => request<T>("POST", path, body);
export const put = <T>(path: string, body: unknown) => request<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown) => request<T>("PATCH", path, body);
export const remove = (path: string) => request<void>("DELETE", path);
