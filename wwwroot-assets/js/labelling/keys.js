// From a key press to the name of a command. Pure, so that every rule can be read in one place.

const COMMANDS = {
  Enter: 'accept', ' ': 'skip', x: 'discard', u: 'unsure', n: 'new-class', h: 'toggle-suggestions', g: 'grid',
  f: 'fit', '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out', '[': 'darker', ']': 'brighter',
  '/': 'find', '?': 'help', ArrowLeft: 'previous', ArrowRight: 'next', Backspace: 'undo',
};

const BUTTON_KEYS = new Set(['Enter', ' ']);

/** Letters that commands use: not to be given to classes. */
export const RESERVED = Object.keys(COMMANDS).filter((key) => /^[a-z]$/.test(key));

/** Null: not ours, leave the key to the browser. */
export function commandOf(event, classOfKey) {
  if (event.repeat || event.isComposing || event.defaultPrevented || isTyping(event.target)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (key === 'z') return { name: event.shiftKey ? 'redo' : 'undo' };
    if (key === 'y' && !event.shiftKey) return { name: 'redo' };
    return null;
  }
  // AltGr types characters on some keyboards and reports as Ctrl+Alt: never ours.
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (BUTTON_KEYS.has(event.key) && isControl(event.target)) return null;
  const digit = /^(?:Numpad|Digit)(\d)$/.exec(event.code);
  // The digit row types other characters on some layouts; its position still counts unless Shift is held.
  const slot = digit && !event.shiftKey ? digit[1] : key;
  const classId = classOfKey(slot) ?? classOfKey(key);
  if (classId && !(key in COMMANDS)) return { name: 'label', classId };
  if (key in COMMANDS) return { name: COMMANDS[key] };
  return null;
}

function isTyping(target) {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]:not([contenteditable=false]), dialog, [role=dialog], [role=menu]') !== null;
}

function isControl(target) {
  return target instanceof Element && target.closest('button, a[href], summary, [role=button], [role=tab], [role=switch]') !== null;
}
