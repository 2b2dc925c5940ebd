// A rectangle drawn with the mouse over the sheet.

import { element } from '../dom.js';

const LEAST_PX = 6;

/** done(rectangle, addsToSelection) when the button is let go. */
export function lasso(sheet, done, signal) {
  let start = null;
  let box = null;
  let last = null;
  const point = (e) => {
    const area = sheet.getBoundingClientRect();
    return { x: e.clientX - area.left, y: e.clientY - area.top };
  };
  sheet.addEventListener('pointerdown', (e) => {
    if (e.button === 0 && e.pointerType === 'mouse') start = point(e);
  }, { signal });
  window.addEventListener('pointermove', (e) => {
    if (!start) return;
    const now = point(e);
    if (!box && Math.hypot(now.x - start.x, now.y - start.y) < LEAST_PX) return;
    box ??= sheet.appendChild(element('div', { class: 'lasso' }));
    last = { left: Math.min(start.x, now.x), top: Math.min(start.y, now.y), right: Math.max(start.x, now.x), bottom: Math.max(start.y, now.y) };
    box.style.cssText = `left:${last.left}px;top:${last.top}px;width:${last.right - last.left}px;height:${last.bottom - last.top}px`;
  }, { signal });
  window.addEventListener('pointerup', (e) => {
    if (box) {
      box.remove();
      done(last, e.ctrlKey || e.metaKey || e.shiftKey);
      // The click that follows the drag belongs to the drag; where none follows, the next one is a real one.
      const swallow = (click) => click.stopPropagation();
      window.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }));
    }
    start = box = last = null;
  }, { signal });
}
