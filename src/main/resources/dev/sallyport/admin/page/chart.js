/** Throughput of the last five minutes, drawn in SVG: two areas, and a tick below for each second that something was refused. */
import { CHART_SECONDS } from './picture.js';
import { bytes, clock } from './text.js';

const SVG = 'http://www.w3.org/2000/svg';
/** In the size of the page's letters, which on a wall display are larger. */
const MARGIN = { top: 0.6, right: 0.15, bottom: 1.45, left: 4.8 };
const LEAST_TOP = 1024;
const MINUTE = 60;

export class Chart {
  #svg;
  #picture;
  #width = 0;
  #height = 0;
  #margin = {};
  #parts = {};
  /** How many seconds ago the pointer asks for; null when it is elsewhere. */
  #asked = null;

  constructor(picture, svg) {
    this.#picture = picture;
    this.#svg = svg;
    for (const name of ['grid', 'to-client area', 'to-server area', 'to-client line', 'to-server line', 'refused', 'asked']) {
      this.#parts[name] = svg.appendChild(document.createElementNS(SVG, 'path'));
      this.#parts[name].setAttribute('class', name);
    }
    this.#parts.labels = svg.appendChild(document.createElementNS(SVG, 'g'));
    this.#parts.reading = svg.appendChild(document.createElementNS(SVG, 'g'));
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = Math.round(contentRect.width);
      this.#height = Math.round(contentRect.height);
      const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
      this.#margin = Object.fromEntries(Object.entries(MARGIN).map(([side, letters]) => [side, letters * letter]));
      svg.setAttribute('viewBox', `0 0 ${this.#width} ${this.#height}`);
      this.draw();
    }).observe(svg);
    svg.addEventListener('pointermove', (event) => this.#ask(event.offsetX));
    svg.addEventListener('pointerleave', () => this.#ask(null));
  }

  draw() {
    if (!this.#width) return;
    const { toClient, toServer } = this.#picture;
    const top = scale(Math.max(...toClient, ...toServer));
    for (const [way, values] of [['to-client', toClient], ['to-server', toServer]]) {
      const points = values.map((value, second) => `${this.#x(second)} ${this.#y(value / top)}`).join('L');
      this.#path(`${way} line`, `M${points}`);
      this.#path(`${way} area`, `M${this.#x(0)} ${this.#y(0)}L${points}L${this.#x(CHART_SECONDS - 1)} ${this.#y(0)}Z`);
    }
    const right = this.#width - this.#margin.right;
    this.#path('grid', [0, 0.5, 1].map((part) => `M${this.#margin.left} ${this.#y(part)}H${right}`).join(''));
    this.#path('refused', this.#refused());
    this.#labels(top);
    this.#reading();
  }

  #x(second) {
    const width = this.#width - this.#margin.left - this.#margin.right;
    return (this.#margin.left + (width * second) / (CHART_SECONDS - 1)).toFixed(1);
  }

  #y(part) {
    return (this.#margin.top + (this.#height - this.#margin.top - this.#margin.bottom) * (1 - part)).toFixed(1);
  }

  #path(name, shape) {
    this.#parts[name].setAttribute('d', shape);
  }

  #refused() {
    const now = this.#picture.gatewayNow();
    const seconds = new Set(this.#picture.refusedTimes.map(({ at }) => Math.floor((now - at) / 1000)));
    const bottom = Number(this.#y(0)) + 1;
    return [...seconds].filter((ago) => ago >= 0 && ago < CHART_SECONDS)
      .map((ago) => `M${this.#x(CHART_SECONDS - 1 - ago)} ${bottom}v5`).join('');
  }

  #labels(top) {
    const texts = [1, 0.5].map((part) => [this.#margin.left * 0.93, Number(this.#y(part)) + 4, 'end', `${bytes(top * part)}/s`]);
    const every = this.#width < 420 ? 2 : 1;
    for (let minute = 0; minute <= 5; minute += every) {
      const second = minute === 5 ? 0 : CHART_SECONDS - 1 - minute * MINUTE;
      const anchor = minute === 0 ? 'end' : minute === 5 ? 'start' : 'middle';
      texts.push([this.#x(second), this.#height - 3, anchor, minute === 0 ? 'now' : `−${minute} min`]);
    }
    write(this.#parts.labels, texts);
  }

  #ask(x) {
    const width = this.#width - this.#margin.left - this.#margin.right;
    const second = x === null ? null : Math.round(((x - this.#margin.left) / width) * (CHART_SECONDS - 1));
    this.#asked = second === null || second < 0 || second >= CHART_SECONDS ? null : CHART_SECONDS - 1 - second;
    this.draw();
  }

  #reading() {
    if (this.#asked === null) {
      this.#path('asked', '');
      write(this.#parts.reading, []);
      return;
    }
    const second = CHART_SECONDS - 1 - this.#asked;
    const x = Number(this.#x(second));
    const { toClient, toServer } = this.#picture;
    this.#path('asked', `M${x} ${this.#y(1)}V${this.#y(0)}`);
    const right = x < this.#width / 2;
    const at = clock(this.#picture.gatewayNow() - this.#asked * 1000);
    write(this.#parts.reading, [[
      right ? x + 6 : x - 6, this.#margin.top + 12, right ? 'start' : 'end',
      `${at}   ↓ ${bytes(toClient[second])}/s   ↑ ${bytes(toServer[second])}/s`,
    ]]);
  }
}

/** The next power of two above. */
function scale(most) {
  return 2 ** Math.ceil(Math.log2(Math.max(LEAST_TOP, most)));
}

function write(group, texts) {
  while (group.childNodes.length > texts.length) group.lastChild.remove();
  texts.forEach(([x, y, anchor, content], index) => {
    const text = group.childNodes[index] ?? group.appendChild(document.createElementNS(SVG, 'text'));
    text.setAttribute('x', x);
    text.setAttribute('y', y);
    text.setAttribute('text-anchor', anchor);
    if (text.textContent !== content) text.textContent = content;
  });
}
