// A zip archive goes to the server in one piece and is unpacked there: labels come from its table, else from its folders.

import { post } from '../connection.js';
import { plural } from '../dom.js';
import { megabytes } from './uploader.js';

/** { outcome, reason, report }: what became of the archive; report: of the files in it, where it was unpacked. */
export async function sendArchive(url, { file, path }, { useFolderNames, classId, limits, signal }) {
  if (signal.aborted) return { outcome: 'Cancelled', reason: 'Not sent.' };
  if (file.size > limits.maxArchiveBytes) {
    return { outcome: 'Refused', reason: `The archive has ${megabytes(file.size)}; at most ${megabytes(limits.maxArchiveBytes)} are taken in. Split it, or choose its folder.` };
  }
  try {
    const { batchId } = await post(`${url}/batches`, { name: path, useFolderNames }, { signal });
    const form = new FormData();
    form.append('file', file, path);
    const query = new URLSearchParams(classId ? { batchId, classId } : { batchId });
    const report = await post(`${url}/archive?${query}`, form, { signal });
    const { added, duplicates, refused } = report;
    const parts = [plural(added, 'image added', 'images added')];
    if (duplicates) parts.push(plural(duplicates, 'duplicate', 'duplicates'));
    if (refused) parts.push(`${refused.toLocaleString('en')} refused`);
    return { outcome: 'Unpacked', reason: parts.join(', '), report };
  } catch (error) {
    return error.name === 'AbortError'
      ? { outcome: 'Cancelled', reason: 'Broken off: what was unpacked by then stays.' }
      : { outcome: 'Failed', reason: error.message };
  }
}
