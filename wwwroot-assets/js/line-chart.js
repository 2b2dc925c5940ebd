// Line charts that grow while a run goes on: .NET sends each point once, drawing, smoothing, zoom and hover stay here.
// Draws with the Apache ECharts bundle of the Vizor.ECharts package. Its own component is not used: it evaluates options as
// program text (which a content security policy must forbid) and sends the whole chart at every change.

const palettes = {
    light: { train: '#1d6fd1', validation: '#c2570c', old: '#0f7a52', new: '#8a3fc4', other: '#5b6b80', best: '#0f7a52' },
    dark: { train: '#6aa9ff', validation: '#ff9d57', old: '#4cc38a', new: '#c69bf7', other: '#a3b1c2', best: '#4cc38a' },
};
const comparison = {
    light: ['#1d6fd1', '#c2570c', '#0f7a52', '#8a3fc4', '#b3205f', '#5b6b80', '#8a6d00', '#00798c'],
    dark: ['#6aa9ff', '#ff9d57', '#4cc38a', '#c69bf7', '#ff7fb0', '#a3b1c2', '#e3c34a', '#52cde0'],
};

let library;

/** Loads ECharts once per page, by a script element: the bundle is no module. */
export function loadECharts(address) {
    library ??= new Promise((resolve, reject) => {
        if (globalThis.echarts) {
            resolve(globalThis.echarts);
            return;
        }
        const script = document.createElement('script');
        script.src = address;
        script.onload = () => resolve(globalThis.echarts);
        script.onerror = () => {
            library = undefined;
            reject(new Error(`The chart library '${address}' did not load.`));
        };
        document.head.append(script);
    });
    return library;
}

export async function create(root, address, options) {
    const echarts = await loadECharts(address);
    return root.isConnected ? new LineChart(echarts, root, options) : null;
}

/** Reads the page's colours from the element, so that a chart follows the light and the dark theme. */
export function readTheme(element) {
    const style = getComputedStyle(element);
    const text = style.color;
    const channels = (text.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
    const isDark = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2] > 128;
    return {
        text,
        isDark,
        line: isDark ? 'rgba(255,255,255,.14)' : 'rgba(0,0,0,.11)',
        surface: style.getPropertyValue('--studio-surface') || (isDark ? '#1a2028' : '#ffffff'),
        primary: style.getPropertyValue('--studio-primary') || '#0b6e78',
        danger: style.getPropertyValue('--studio-danger') || '#b3261e',
    };
}

/** Exponential moving average without the pull towards the first value; a gap stays a gap. */
export function smooth(points, weight) {
    let mean = 0;
    let share = 0;
    return points.map(([x, y]) => {
        if (y === null) {
            return [x, null];
        }
        mean = weight * mean + (1 - weight) * y;
        share = weight * share + (1 - weight);
        return [x, mean / share];
    });
}

/** Names whole places only: the last one of a run under way lies somewhere within an epoch. */
export function placeName(x) {
    return Number.isInteger(x) ? String(x) : '';
}

/** The axis of shares of 1: some four or five even steps around the values, and up to the whole where they come near it. */
export function shareAxis(values) {
    const [low, high] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
    const top = high > .95 ? 1 : Math.floor(high * 10 + 1) / 10;
    // Where all of them are the whole there is an axis, too.
    const bottom = Math.min(Math.floor(low * 10) / 10, top - .1);
    const interval = [.02, .05, .1].find(step => (top - bottom) / step < 5.5) ?? .2;
    return { min: interval * Math.floor(bottom / interval + 1e-9), max: interval * Math.ceil(top / interval - 1e-9), interval };
}

/** A cell of a CSV file; one that a spreadsheet would read as a formula is made plain text. */
function quote(text) {
    return `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

function save(name, address) {
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
}

class LineChart {
    constructor(echarts, root, options) {
        this.root = root;
        this.options = options;
        this.series = [];
        this.best = null;
        this.marks = [];
        this.weight = 0;
        this.isLog = false;
        this.host = root.querySelector('[data-role=plot]');
        this.chart = echarts.init(this.host, null, { renderer: 'canvas' });
        if (options.group) {
            this.chart.group = options.group;
            echarts.connect(options.group);
        }
        this.resizing = new ResizeObserver(() => this.chart.resize());
        this.resizing.observe(this.host);
        this.listening = new AbortController();
        this.listen('[data-role=smoothing]', 'input', e => { this.weight = Number(e.target.value); this.draw(); });
        this.listen('[data-role=log]', 'change', e => { this.isLog = e.target.checked; this.draw(); });
        this.listen('[data-role=reset]', 'click', () => this.chart.dispatchAction({ type: 'dataZoom', start: 0, end: 100 }));
        this.listen('[data-role=csv]', 'click', () => save(this.fileName('csv'), URL.createObjectURL(new Blob([this.csv()], { type: 'text/csv' }))));
        this.listen('[data-role=png]', 'click', () => save(this.fileName('png'), this.chart.getDataURL({ pixelRatio: 2, backgroundColor: readTheme(this.host).surface })));
        // The text colour carries a short CSS transition: its end says that the theme has changed.
        this.host.addEventListener('transitionend', e => e.propertyName === 'color' && this.draw(), { signal: this.listening.signal });
    }

    listen(selector, event, handler) {
        this.root.querySelector(selector)?.addEventListener(event, handler, { signal: this.listening.signal });
    }

    /** Sets what is drawn: all series with all their points so far, and the places of thin markers. */
    reset(series, best, marks) {
        this.series = series;
        this.marks = marks ?? [];
        this.best = best;
        this.draw();
    }

    /** Adds points at the ends: one list a series, in the order of the last reset. */
    append(tails, best) {
        tails.forEach((tail, i) => this.series[i]?.points.push(...tail));
        this.best = best;
        this.draw();
    }

    fileName(extension) {
        return `${this.root.querySelector('.title').textContent.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}.${extension}`;
    }

    /** One line per x, one column per curve; the values as they are, not smoothed. */
    csv() {
        const values = this.series.map(s => new Map(s.points));
        const xs = [...new Set(this.series.flatMap(s => s.points.map(([x]) => x)))].sort((a, b) => a - b);
        const lines = xs.map(x => [x, ...values.map(v => v.get(x) ?? '')].join(','));
        return [[this.options.xName, ...this.series.map(s => s.name)].map(quote).join(','), ...lines].join('\r\n') + '\r\n';
    }

    pointCounts() {
        return this.series.map(s => s.points.length);
    }

    draw() {
        const theme = readTheme(this.host);
        const zoom = this.chart.getOption()?.dataZoom?.map(z => ({ start: z.start, end: z.end })) ?? [];
        const share = this.options.isShare && !this.isLog
            ? shareAxis(this.series.flatMap(s => s.points.map(([, y]) => y)).filter(y => y !== null))
            : { min: null, max: null, interval: null };
        this.chart.setOption({
            animation: false,
            textStyle: { color: theme.text, fontFamily: 'inherit' },
            grid: { left: 8, right: 16, top: 34, bottom: 24, containLabel: true },
            legend: { top: 0, left: 0, type: 'scroll', itemWidth: 22, textStyle: { color: theme.text }, inactiveColor: theme.line, data: this.series.map(s => s.name) },
            tooltip: {
                trigger: 'axis',
                confine: true,
                backgroundColor: theme.surface,
                borderColor: theme.line,
                textStyle: { color: theme.text },
                axisPointer: { type: 'cross', label: { show: false }, lineStyle: { color: theme.text }, crossStyle: { color: theme.line } },
                formatter: items => this.hover(items),
            },
            dataZoom: [{ type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, ...zoom[0] }],
            xAxis: {
                type: 'value', min: v => Math.floor(v.min), max: 'dataMax', minInterval: 1,
                // Without points there are no numbers that keep room for the name.
                name: this.pointCounts().some(Boolean) ? this.options.xName : '', nameLocation: 'middle', nameGap: 22, nameTextStyle: { color: theme.text },
                axisLabel: { color: theme.text, hideOverlap: true, showMinLabel: true, formatter: placeName }, axisLine: { lineStyle: { color: theme.line } },
                splitLine: { show: false },
            },
            yAxis: {
                type: this.isLog ? 'log' : 'value', scale: true, ...share,
                axisLabel: { color: theme.text, formatter: v => this.options.isShare ? `${+(v * 100).toFixed(1)} %` : +v.toPrecision(3) },
                splitLine: { lineStyle: { color: theme.line } },
            },
            series: this.drawnSeries(theme),
        }, { replaceMerge: ['series'] });
    }

    drawnSeries(theme) {
        const drawn = [];
        this.series.forEach((series, i) => {
            const colour = this.colourOf(series, i, theme.isDark);
            const line = {
                type: 'line', name: series.name, showSymbol: series.points.length < 2, symbolSize: 6, sampling: 'lttb', connectNulls: false,
                color: colour, lineStyle: { color: colour, width: series.isFaint ? 1 : 2, type: series.isDashed ? 'dashed' : 'solid', opacity: series.isFaint ? .55 : 1 },
                emphasis: { disabled: true },
            };
            const points = this.isLog ? series.points.map(([x, y]) => [x, y > 0 ? y : null]) : series.points;
            if (this.weight > 0) {
                drawn.push({ ...line, id: `raw${i}`, name: series.name, data: points, silent: true, showSymbol: false, lineStyle: { ...line.lineStyle, opacity: .22 }, z: 1 });
            }
            drawn.push({
                ...line, id: `line${i}`, data: this.weight > 0 ? smooth(points, this.weight) : points, z: 2,
                markLine: i === 0 ? this.markers(theme) : { data: [] },
            });
        });
        return drawn;
    }

    markers(theme) {
        const { best, other } = palettes[theme.isDark ? 'dark' : 'light'];
        const marker = (x, name, color, width, label) => ({
            xAxis: x, lineStyle: { color, type: 'dotted', width }, label: { formatter: name, color, rotate: 0, distance: 4, ...label },
        });
        // To the left of its line: a run that was just resumed has it at the right edge.
        const data = this.marks.map(x => marker(x, this.options.markName, other, 1, { position: 'insideStartTop', align: 'right', padding: [0, 8, 0, 0] }));
        if (this.best !== null) {
            data.push(marker(this.best, this.options.bestName, best, 2, { position: 'insideEndTop' }));
        }
        return { silent: true, symbol: 'none', animation: false, data };
    }

    colourOf(series, index, isDark) {
        const scheme = isDark ? 'dark' : 'light';
        return series.tone === 'run' ? comparison[scheme][index % comparison[scheme].length] : palettes[scheme][series.tone];
    }

    hover(items) {
        const box = document.createElement('div');
        const rows = items.filter(item => item.seriesId.startsWith('line'));
        const title = box.appendChild(document.createElement('b'));
        title.textContent = rows.length ? `${this.options.xName} ${+Number(rows[0].value[0]).toFixed(2)}` : '';
        for (const item of rows) {
            const row = box.appendChild(document.createElement('div'));
            const mark = row.appendChild(document.createElement('span'));
            mark.style.cssText = `display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:6px;background:${item.color}`;
            const value = item.value[1];
            row.append(`${item.seriesName}: ${value === null || value === undefined ? 'no value' : this.options.isShare ? `${(value * 100).toFixed(1)} %` : +value.toPrecision(4)}`);
        }
        return box;
    }

    dispose() {
        this.listening.abort();
        this.resizing.disconnect();
        this.chart.dispose();
    }
}
