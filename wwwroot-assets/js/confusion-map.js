// A confusion matrix of many classes on a canvas: hover says the cell, a click tells .NET which one.
import { loadECharts, readTheme } from './line-chart.js';

const LABEL_PX = 14;
const MARGIN_PX = 140;

export async function create(host, page, address) {
    const echarts = await loadECharts(address);
    return host.isConnected ? new ConfusionMap(echarts, host, page) : null;
}

class ConfusionMap {
    constructor(echarts, host, page) {
        this.host = host;
        this.order = [];
        this.chart = echarts.init(host);
        this.chart.on('click', e => page.invokeMethodAsync('ChooseAsync', this.order[e.value[1]], this.order[e.value[0]]));
        this.chart.on('datazoom', () => this.spaceLabels());
        this.resizing = new ResizeObserver(() => { this.chart.resize(); this.spaceLabels(); });
        this.resizing.observe(host);
        this.listening = new AbortController();
        host.addEventListener('transitionend', e => e.propertyName === 'color' && this.render(), { signal: this.listening.signal });
    }

    /** @param selected class indices [column, row] of the cell to frame, or null */
    draw(names, order, cells, selected) {
        Object.assign(this, { names, order, cells, frame: selected?.map(index => order.indexOf(index)) });
        this.render();
    }

    /** Names as close as they can be read, whatever part of the map is in sight. */
    spaceLabels() {
        const zoom = this.chart.getOption()?.dataZoom;
        if (!zoom) {
            return;
        }
        const every = (lengthPx, { start, end }) => {
            const step = Math.max(1, Math.ceil(LABEL_PX * this.names.length * (end - start) / 100 / lengthPx));
            return { axisLabel: { interval: index => index % step === 0 } };
        };
        this.chart.setOption({ xAxis: every(this.chart.getWidth() - MARGIN_PX, zoom[0]), yAxis: every(this.chart.getHeight() - MARGIN_PX, zoom[1]) });
    }

    render() {
        const theme = readTheme(this.host);
        const side = { type: 'category', data: this.names, axisLabel: { color: theme.text, fontSize: 10, width: 90, overflow: 'truncate', hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: theme.line } } };
        const slider = { showDetail: false, brushSelect: false, borderColor: theme.line, fillerColor: theme.line, dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } } };
        const right = theme.primary;
        const wrong = theme.danger;
        this.chart.setOption({
            animation: false,
            grid: { left: 8, right: 34, top: 8, bottom: 34, containLabel: true },
            tooltip: {
                confine: true, backgroundColor: theme.surface, borderColor: theme.line, textStyle: { color: theme.text },
                formatter: ({ value }) => {
                    const box = document.createElement('div');
                    box.textContent = `${this.names[value[1]]} → ${this.names[value[0]]}: ${value[3]} (${(value[2] * 100).toFixed(1)} %)`;
                    return box;
                },
            },
            xAxis: { ...side, position: 'top', axisLabel: { ...side.axisLabel, rotate: 90 } },
            yAxis: { ...side, inverse: true },
            dataZoom: [
                { type: 'inside', xAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false },
                { type: 'inside', yAxisIndex: 0, zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false },
                { ...slider, type: 'slider', xAxisIndex: 0, bottom: 6, height: 16 },
                { ...slider, type: 'slider', yAxisIndex: 0, right: 6, width: 16 },
            ],
            series: [{
                type: 'heatmap', progressive: 0,
                data: this.cells.map(value => ({ value, itemStyle: { color: value[0] === value[1] ? right : wrong, opacity: .18 + .82 * Math.sqrt(value[2]) } })),
                emphasis: { itemStyle: { borderColor: theme.text, borderWidth: 1 } },
                markPoint: {
                    silent: true, animation: false, symbol: 'rect', symbolSize: 14, label: { show: false },
                    itemStyle: { color: 'transparent', borderColor: theme.text, borderWidth: 2 },
                    data: this.frame ? [{ coord: this.frame }] : [],
                },
            }],
        }, { notMerge: false });
        this.spaceLabels();
    }

    dispose() {
        this.listening.abort();
        this.resizing.disconnect();
        this.chart.dispose();
    }
}
