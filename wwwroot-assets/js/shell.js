// Small services of the page frame.
export function markReady() {
  document.body.dataset.ready = "true";
}

export function focus(selector) {
  document.querySelector(selector)?.focus();
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // Not a secure address, or refused: the text stays on the page to be copied by hand.
  }
}

// Leaves the page by a form post, as signing out needs.
export function postForm(path) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = new URL(path, document.baseURI).toString();
  const token = document.createElement("input");
  token.type = "hidden";
  token.name = "__RequestVerificationToken";
  token.value = document.querySelector('meta[name="request-verification-token"]')?.content ?? "";
  form.append(token);
  document.body.append(form);
  form.submit();
}
