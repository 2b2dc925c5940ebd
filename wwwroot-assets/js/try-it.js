// Takes a picture by drop, paste or file dialog, shows it, and posts it to the predict endpoint when .NET asks.
import { send } from './http.js';

export function attach(root, page) {
    return new Picture(root, page);
}

class Picture {
    constructor(root, page) {
        this.page = page;
        this.preview = root.querySelector('[data-role=preview]');
        const drop = root.querySelector('[data-role=drop]');
        const input = root.querySelector('[data-role=file]');
        this.input = input;
        this.listening = new AbortController();
        const { signal } = this.listening;
        drop.addEventListener('dragover', e => { e.preventDefault(); drop.classList.add('over'); }, { signal });
        drop.addEventListener('dragleave', () => drop.classList.remove('over'), { signal });
        drop.addEventListener('drop', e => {
            e.preventDefault();
            drop.classList.remove('over');
            this.choose(e.dataTransfer.files[0]);
        }, { signal });
        input.addEventListener('change', () => { this.choose(input.files[0]); input.value = ''; }, { signal });
        document.addEventListener('paste', e => this.choose(e.clipboardData?.files[0]), { signal });
    }

    /** A picture that was chosen before this ran. */
    takeChosen() {
        this.choose(this.input.files[0]);
    }

    choose(file) {
        if (!file) {
            return;
        }
        URL.revokeObjectURL(this.preview.src);
        this.file = file;
        this.preview.src = URL.createObjectURL(file);
        this.preview.alt = file.name;
        this.preview.hidden = false;
        this.page.invokeMethodAsync('PictureChosenAsync', file.name || 'pasted picture');
    }

    async ask(path) {
        const form = new FormData();
        form.append('image', this.file, this.file.name || 'picture');
        try {
            return { answer: await send('POST', path, form), problem: null };
        } catch (error) {
            return { answer: null, problem: error.status ? error.message : 'The server could not be reached. Try again.' };
        }
    }

    dispose() {
        this.listening.abort();
        URL.revokeObjectURL(this.preview.src);
    }
}
