// How long a key press takes to be seen.

export const keyPressed = () => performance.mark('lsn-key');

/** Time from the key press to the frame that shows the next image, for the browser's own timeline and the benchmark. */
export function measurePaint() {
  if (performance.getEntriesByName('lsn-key').length === 0) return;
  requestAnimationFrame(() => setTimeout(() => {
    if (performance.getEntriesByName('lsn-key').length === 0) return;
    performance.measure('lsn-key-to-paint', 'lsn-key');
    performance.clearMarks('lsn-key');
  }));
}
