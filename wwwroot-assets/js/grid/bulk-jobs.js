// Actions on thousands of images run on the server: begun here, followed while the page is open, found again when it was left.

import { address, get, post } from '../connection.js';

const POLL_MS = 500;

export class BulkJobs {
  constructor(projectId, signal) {
    this.url = address(`api/v1/projects/${projectId}/images/job`);
    this.signal = signal;
  }

  /** order: { action, parts: [{ imageIds, classId, classIds, change }], kind, split }. Gives the job at its end; null: the page was left. */
  async run(order, onProgress) {
    await post(order.action === 'Decide' ? this.url : `${this.url}/manage`, order);
    return this.follow(onProgress);
  }

  /** The person's last one; null: none. */
  last() {
    return get(this.url, this.signal);
  }

  async isRunning() {
    return (await this.last())?.state === 'Running';
  }

  async cancel() {
    await post(`${this.url}/cancel`, {});
  }

  /** Until its end. */
  async follow(onProgress) {
    while (!this.signal.aborted) {
      try {
        const job = await get(this.url, this.signal);
        if (!job || job.state !== 'Running') return job;
        onProgress(job);
      } catch (error) {
        // A lost network does not end the job: ask again.
        if (!error.isTemporary) throw error;
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    return null;
  }
}
