// JSON and form calls to the program's own API: the antiforgery token of the page goes with each one.
export function antiforgeryToken() {
  return document.querySelector('meta[name="request-verification-token"]')?.content ?? "";
}

export function address(path) {
  return new URL(path.replace(/^\//, ""), document.baseURI).toString();
}

export async function send(method, path, body) {
  const isForm = body instanceof FormData;
  const response = await fetch(address(path), {
    method,
    credentials: "same-origin",
    headers: {
      RequestVerificationToken: antiforgeryToken(),
      Accept: "application/json",
      ...(body === undefined || isForm ? {} : { "Content-Type": "application/json" }),
    },
    body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    const error = new Error(problem.detail ?? problem.title ?? `The server answered ${response.status}.`);
    error.status = response.status;
    error.problem = problem;
    throw error;
  }

  return response.status === 204 ? null : response.json();
}

export const postJson = (path, body) => send("POST", path, body ?? {});
