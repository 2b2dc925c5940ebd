// Keys of a page on which one image after the other is decided upon. Each goes to .NET with the image that was on the
// screen when it was pressed, so that a quick second press can never hit the image that comes next.

export function start(root, options, page) {
  let { keys } = options;
  const listening = new AbortController();
  document.addEventListener('keydown', (event) => {
    const digit = /^(?:Numpad|Digit)(\d)$/.exec(event.code)?.[1];
    const command = (event.shiftKey ? null : keys[digit]) ?? keys[event.key.toLowerCase()];
    if (!command || event.repeat || event.ctrlKey || event.altKey || event.metaKey || isForOthers(event)) return;
    event.preventDefault();
    // The field has the focus before the next key arrives, which must not act on the image.
    const field = command === 'write' && root.querySelector('input');
    if (field) return field.focus();
    page.invokeMethodAsync('KeyAsync', command, Number(root.dataset.imageId || 0)).catch(() => {});
  }, { signal: listening.signal });
  return { setKeys: (now) => { keys = now; }, dispose: () => listening.abort() };
}

// Typing, menus and dialogs keep their keys; Enter also belongs to a link or button that has the focus.
function isForOthers(event) {
  if (document.querySelector('.mud-dialog, .mud-popover-open')) return true;
  const own = event.key === 'Enter' ? 'a, button, input, select, textarea' : 'input, select, textarea';
  return Boolean(event.target.closest?.(own));
}
