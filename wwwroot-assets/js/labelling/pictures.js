// The pictures of tasks: loaded ahead, and asked for again where only the connection was at fault.

import { HttpError, address } from '../connection.js';

export const pictureUrl = (task, variant) => address(`images/${task.imageId}/${variant}?v=${task.sha256}`);

/** The connection or the sign-in was missing: the picture itself may be good. */
export const isWaiting = (task) => task.picture === 'waiting' || task.picture === 'signed-out';

/**
 * Loads and decodes the picture, so that showing it later costs one frame. Then task.picture says what came of it:
 * 'shown', 'broken', 'waiting' or 'signed-out'. Called again, it asks again for what waits.
 */
export function preload(task) {
  if (task.image && !isWaiting(task)) return;
  const image = new Image();
  image.alt = '';
  image.src = pictureUrl(task, 'view');
  task.image = image;
  task.picture = 'loading';
  task.loaded = outcomeOf(image).then((outcome) => {
    if (task.image === image) task.picture = outcome;
  });
}

/** Into the browser's cache, which keeps it for good: the address names the content. Fails without a server. */
export async function fetchAhead(task) {
  const answer = await fetch(pictureUrl(task, 'view'), { credentials: 'same-origin', redirect: 'manual', priority: 'low' });
  // Read to the end, or the cache would not keep it.
  await answer.blob();
}

async function outcomeOf(image) {
  try {
    await image.decode();
    return 'shown';
  } catch {
    // decode() also fails where the element left the page; complete and 0 wide means that no picture came.
    return image.complete && image.naturalWidth === 0 ? faultOf(image.src) : 'shown';
  }
}

/** An element does not tell why it failed. Broken is only what the server has answered for: no such file, or bytes that are no picture. */
async function faultOf(url) {
  let bytes;
  try {
    const answer = await fetch(url, { credentials: 'same-origin', redirect: 'manual', cache: 'reload' });
    if (answer.status === 401) return 'signed-out';
    if (!answer.ok) return new HttpError(answer.status, '').isTemporary ? 'waiting' : 'broken';
    bytes = await answer.blob();
  } catch {
    return 'waiting';
  }
  // A picture after all: the connection came back in between, and the next try shows it.
  return createImageBitmap(bytes).then((bitmap) => (bitmap.close(), 'waiting'), () => 'broken');
}
