// A few lines in place of a framework.

/** element('button', { class: 'x', type: 'button', onclick: f }, 'text', child) */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'style') node.style.cssText = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

/** Never a full 100 % for what is only very probable. */
export const percent = (fraction) => (fraction > 0.995 && fraction < 1 ? '> 99 %' : `${Math.round(fraction * 100)} %`);

/** Calls it at the next frame, once however often it is asked for until then. */
export function oncePerFrame(draw) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  };
}

export const plural = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
