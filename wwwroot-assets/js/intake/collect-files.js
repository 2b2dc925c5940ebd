// All files of a drop, a folder or a file picker, with their paths, without freezing the page.

const JUNK = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*|__MACOSX\/.*|\.git\/.*)$/i;

/** A yielding loop: thousands of entries must leave room for the page to draw. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));

/** [{ file, path }] of a drop; folders are walked to the ground. */
export async function fromDrop(dataTransfer, onCount) {
  // The entries must be taken before the first await: the browser empties the list afterwards.
  const entries = [...dataTransfer.items].filter((i) => i.kind === 'file').map((i) => i.webkitGetAsEntry?.() ?? i.getAsFile());
  const found = [];
  const open = entries.filter(Boolean);
  while (open.length > 0) {
    const entry = open.pop();
    if (entry instanceof File) {
      found.push({ file: entry, path: entry.name });
    } else if (entry.isFile) {
      const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
      if (file) found.push({ file, path: entry.fullPath.replace(/^\//, '') });
    } else {
      open.push(...(await entriesOf(entry)).reverse());
    }
    if (found.length % 200 === 0) {
      onCount?.(found.length);
      await breathe();
    }
  }
  return withoutJunk(found);
}

export const fromInput = (input) => withoutJunk([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));

/** Unpacked by the server; anything else is a picture, or said not to be one. */
export const isArchive = ({ path }) => /\.zip$/i.test(path);

const SPLITS = [['train', /^train(ing)?$/i], ['validation', /^val(id|idation)?$/i], ['test', /^test(ing)?$/i]];
const splitOf = (folder) => SPLITS.find(([, name]) => name.test(folder))?.[0];

/**
 * { files, splits }: without a folder around all of them ("photos/hat/1.jpg"), and the splits that folders above those of
 * classes bring along ("train/hat/1.jpg"). One alone says nothing and is taken off.
 */
export function withClassFolder(files) {
  let parts = files.map((f) => f.path.split('/'));
  while (parts.some((p) => p.length > 2) && parts.every((p) => p.length > 1 && p[0] === parts[0][0])) parts = parts.map((p) => p.slice(1));
  const isOfSplit = (p) => p.length > 2 && splitOf(p[0]) !== undefined;
  let splits = [...new Set(parts.filter(isOfSplit).map((p) => splitOf(p[0])))];
  if (splits.length < 2) {
    parts = parts.map((p) => (isOfSplit(p) ? p.slice(1) : p));
    splits = [];
  }
  return { files: files.map((f, i) => ({ ...f, path: parts[i].join('/') })), splits };
}

/** readEntries gives at most 100 a call: ask until it is empty. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function withoutJunk(files) {
  const kept = files.filter((f) => !JUNK.test(f.path));
  return { files: kept, ignored: files.length - kept.length };
}
