// Calls that must survive a lost network, an expired sign-in and a restarted server: failures are told apart,
// and a fresh antiforgery token is fetched where the page's own is too old.

import { address, antiforgeryToken } from './http.js';

export { address };

export class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** True where trying again later can help: no network, server starting, too busy, sign-in expired. */
  get isTemporary() {
    return this.status === 0 || this.status === 401 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

let freshToken = null;

/** Id of the person signed in now (another tab may have changed that); renews the antiforgery token on the way. */
export async function currentUserId() {
  const session = await read(await send(address('api/v1/session'), { method: 'GET' }));
  freshToken = session.antiforgeryToken;
  return session.userId;
}

export const get = async (url, signal) => read(await send(url, { method: 'GET', signal }));

/** { body, asOf }: the answer, and the project's last act that it is sure to know of. */
export async function getAsOf(url, signal) {
  const response = await send(url, { method: 'GET', signal });
  return { body: await read(response), asOf: Number(response.headers.get('X-As-Of')) };
}

export async function post(url, body, { signal } = {}) {
  const isForm = body instanceof FormData;
  const headers = { Accept: 'application/json' };
  if (!isForm) headers['Content-Type'] = 'application/json';
  const content = isForm ? body : JSON.stringify(body);
  let response = await send(url, { method: 'POST', headers: withToken(headers), body: content, signal });
  if (response.status === 400 && response.headers.get('X-Antiforgery') === 'refused') {
    await currentUserId();
    response = await send(url, { method: 'POST', headers: withToken(headers), body: content, signal });
  }
  return read(response);
}

/** A request that may outlive the page; nobody waits for its answer. */
export function postOnLeave(url, body) {
  fetch(url, {
    method: 'POST',
    keepalive: true,
    headers: withToken({ 'Content-Type': 'application/json' }),
    body: JSON.stringify(body),
  }).catch(() => {});
}

const withToken = (headers) => ({ ...headers, RequestVerificationToken: freshToken ?? antiforgeryToken() });

async function send(url, init) {
  try {
    return await fetch(url, { credentials: 'same-origin', redirect: 'manual', cache: 'no-store', ...init });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new HttpError(0, "The server can't be reached.");
  }
}

async function read(response) {
  if (response.type === 'opaqueredirect') throw new HttpError(401, 'Your sign-in has expired.');
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  throw new HttpError(response.status, problem.detail ?? problem.title ?? `The server answered ${response.status}.`);
}
