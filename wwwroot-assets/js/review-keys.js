// Keys of the label error page. Each goes to .NET with the image that was on the screen when it was pressed,
// so that a quick second press can never hit the image that comes next.
const commands = {
  k: 'Keep', enter: 'Take', d: 'Discard', u: 'undo', arrowright: 'next', arrowleft: 'previous',
};

export function start(root, options, page) {
  const listening = new AbortController();
  document.addEventListener('keydown', (event) => onKey(event, root, page), { signal: listening.signal });
  root.dataset.keys = 'on';
  return { dispose: () => listening.abort() };
}

function onKey(event, root, page) {
  const command = commands[event.key.toLowerCase()];
  if (!command || event.repeat || event.ctrlKey || event.altKey || event.metaKey || isForOthers(event)) return;
  event.preventDefault();
  page.invokeMethodAsync('KeyAsync', command, Number(root.dataset.imageId || 0));
}

// Typing, menus and dialogs keep their keys; Enter also belongs to a link or button that has the focus.
function isForOthers(event) {
  if (document.querySelector('.mud-dialog, .mud-popover-open')) return true;
  const own = event.key === 'Enter' ? 'a, button, input, select, textarea' : 'input, select, textarea';
  return Boolean(event.target.closest?.(own));
}
