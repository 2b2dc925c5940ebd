// From a key press to the name of a command. Pure, so that every rule can be read in one place.

/** Each command with its usual keys, in the order of the list of keys. */
export const COMMANDS = [
  { name: 'accept', text: 'Accept the suggestion', keys: ['Enter'] },
  { name: 'skip', text: 'Skip: comes back later', keys: ['Space'] },
  { name: 'discard', text: 'Discard: left out of training', keys: ['x'] },
  { name: 'discard-reason', text: 'Why it was discarded', keys: ['Shift+x'] },
  { name: 'unsure', text: 'Unsure: marked for a second look', keys: ['u'] },
  { name: 'previous', text: 'Previous image', keys: ['ArrowLeft'] },
  { name: 'next', text: 'Next image', keys: ['ArrowRight'] },
  { name: 'undo', text: 'Undo, and back to the image', keys: ['Ctrl+z', 'Backspace'] },
  { name: 'redo', text: 'Redo', keys: ['Ctrl+y', 'Ctrl+Shift+z'] },
  { name: 'find', text: 'Find a class by name', keys: ['/'] },
  { name: 'new-class', text: 'New class for this image', keys: ['n'] },
  { name: 'comment', text: 'Comment on the image', keys: ['c'] },
  { name: 'toggle-suggestions', text: 'Hide or show suggestions', keys: ['h'] },
  { name: 'zoom-in', text: 'Zoom in', keys: ['+', '='] },
  { name: 'zoom-out', text: 'Zoom out', keys: ['-'] },
  { name: 'fit', text: 'Fit; drag, or Space and drag, moves', keys: ['f'] },
  { name: 'actual-size', text: 'One pixel of the picture on one of the screen', keys: [';'] },
  { name: 'rotate', text: 'Quarter turn, for the eye only', keys: ['.'] },
  { name: 'pixels', text: 'Smooth or square pixels', keys: [','] },
  { name: 'darker', text: 'Darker, for the eye only', keys: ['['] },
  { name: 'brighter', text: 'Brighter, for the eye only', keys: [']'] },
  { name: 'flatter', text: 'Less contrast, for the eye only', keys: ['{'] },
  { name: 'stronger', text: 'More contrast, for the eye only', keys: ['}'] },
  { name: 'shadows-down', text: 'Darker shadows, for the eye only', keys: ['<'] },
  { name: 'shadows-up', text: 'Lighter shadows, for the eye only', keys: ['>'] },
  { name: 'colours', text: 'Shades of grey as colours, for the eye only', keys: ['Shift+c'] },
  { name: 'grid', text: 'Grid of all images, and back', keys: ['g'] },
  { name: 'similar', text: 'Images that look like this one', keys: ['Shift+g'] },
  { name: 'help', text: 'This list', keys: ['?'] },
];

/** What the command does, in words; where images may have several classes Enter saves what was chosen. */
export const textOf = (name, takesSeveral) => (takesSeveral && name === 'accept' ? 'Save the classes chosen, or that there is none' : COMMANDS.find((c) => c.name === name).text);

// With Ctrl most keys belong to the browser; these do nothing there outside a text field.
const FREE_WITH_CTRL = new Set(['z', 'y', 'b', 'm', 'Enter', 'Backspace', 'Delete', 'Space', 'ArrowUp', 'ArrowDown', '.', ',', ';']);
const NEVER = /^(?:(?:Shift\+)?Tab|Escape|F\d+|Alt\+.*|Dead|Unidentified|CapsLock|ContextMenu)$/;
const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph']);
const BUTTON_KEYS = new Set(['Enter', 'Space']);

/** The press as it is written in a keymap: "x", "Ctrl+z", "Shift+ArrowLeft"; null: a modifier alone, or AltGr at work. */
export function nameOf(event) {
  // AltGr types characters on some keyboards and reports as Ctrl+Alt: never ours.
  if (MODIFIERS.has(event.key) || (event.ctrlKey && event.altKey)) return null;
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Shift is part of how signs like "?" are typed; a modifier it is with letters and named keys only.
  const isShifted = event.shiftKey && (key.length > 1 || key !== key.toUpperCase());
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${isShifted ? 'Shift+' : ''}${key}`;
}

export function isReserved(name) {
  return NEVER.test(name) || (name.startsWith('Ctrl+') && !FREE_WITH_CTRL.has(name.replace(/^Ctrl\+(Shift\+)?/, '')));
}

/** As a person reads it on a keyboard. */
export const show = (name) => name.replace('ArrowLeft', '←').replace('ArrowRight', '→').replace('ArrowUp', '↑').replace('ArrowDown', '↓')
  .replace('Backspace', '⌫').replace(/(^|\+)([a-z])$/, (_, before, letter) => before + letter.toUpperCase());

/** Null: not ours, leave the key to the browser. */
export function commandOf(event, keymap, classOfKey) {
  if (keymap.areOff || event.repeat || event.isComposing || event.defaultPrevented || isTyping(event.target)) return null;
  const name = nameOf(event);
  if (name === null || (BUTTON_KEYS.has(name) && isControl(event.target))) return null;
  const command = keymap.commandOf(name);
  if (command) return { name: command };
  if (event.ctrlKey || event.metaKey) return null;
  // The digit row types other characters on some layouts; its position still counts. Alt and the numeric pad type characters too.
  const digit = (event.altKey ? /^Digit(\d)$/ : /^(?:Numpad|Digit)(\d)$/).exec(event.code)?.[1];
  const classId = event.altKey ? digit && classOfKey(`Alt+${digit}`) : (digit ? classOfKey(digitKey(digit, event)) : null) ?? classOfKey(name);
  return classId ? { name: 'label', classId } : null;
}

/** Where Shift is needed to type a digit, it means the digit. */
const digitKey = (digit, event) => (event.shiftKey && event.key !== digit ? `Shift+${digit}` : digit);

/**
 * The 11th to 20th class in the list have Shift and a digit, whatever other key they have; the first ten of those that have
 * no key at all have Alt and a digit.
 */
function withPlaceKeys(classes) {
  let keyless = 0;
  const placeKey = ({ hotkey }, place) => {
    if (place >= 10 && place < 20) return `Shift+${(place + 1) % 10}`;
    return hotkey || keyless === 10 ? null : `Alt+${(keyless += 1) % 10}`;
  };
  return classes.map((c, place) => ({ ...c, placeKey: placeKey(c, place) }));
}

/** The classes with the keys that choose them: a command's key is never a class's key too, the class has none then. */
export const withKeys = (classes, keymap) => withPlaceKeys(classes)
  .map((c) => (c.hotkey && keymap.commandOf(c.hotkey.toLowerCase()) ? { ...c, hotkey: null } : c));

/** Which class each key chooses, of classes with their keys. */
export const classesByKey = (classes) => new Map(classes.flatMap((c) => [c.hotkey?.toLowerCase(), c.placeKey].filter(Boolean).map((key) => [key, c.id])));

/** A class's key as it stands on a button. */
export const showClassKey = ({ hotkey, placeKey }) => (hotkey ?? placeKey)?.toUpperCase().replace('SHIFT+', '⇧').replace('ALT+', 'Alt ') ?? null;

export function isTyping(target) {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]:not([contenteditable=false]), dialog, [role=dialog], [role=menu]') !== null;
}

function isControl(target) {
  return target instanceof Element && target.closest('button, a[href], summary, [role=button], [role=tab], [role=switch]') !== null;
}
