/**
 * The sessions, a row each.
 *
 * However many there are, only the rows in view exist, and a few around them: the table's body is padded to the height of
 * all. So a second's news of a thousand sessions costs what those of forty do. The order is made anew every few seconds
 * alone, and not under the reader's hand. The row that has the focus is remembered by its session: keys go on from there
 * even when it has been scrolled out of view, or has ended.
 */
import { matches } from './picture.js';
import { Rows } from './rows.js';
import { host, isTransferring, moved, partsOf, speed, speedOf, stateOf } from './session.js';
import { age, bytes, count, element, say, set } from './text.js';

const ARRANGE_MILLIS = 3_000;
/** The order rests for so long after the pointer moved over the rows, or a key was pressed in them. */
const REST_MILLIS = 4_000;
/** Rows beyond each edge, so that scrolling does not run into nothing. */
const BEYOND = 12;
const PAGE_ROWS = 20;

const TEXTS = new Intl.Collator('en', { numeric: true });
const byText = (field) => (a, b) => TEXTS.compare(a.record[field] ?? '', b.record[field] ?? '');
/** In steps of half as much again: two of about the same speed do not change places each second. */
const step = (session) => Math.floor(Math.log(speed(session) + 1) / Math.log(1.5));
const byActivity = (a, b) =>
  step(b) - step(a) || isTransferring(b) - isTransferring(a) || a.record.ageSeconds - b.record.ageSeconds;

/** Of each column: its class, its heading, how it sorts, and whether from A on or from the most. */
const COLUMNS = [
  ['user', 'User', byText('user'), 'ascending'],
  ['client', 'Client', byText('client'), 'ascending'],
  ['server', 'Server', byText('server'), 'ascending'],
  ['doing', 'Doing', byText('transfer'), 'ascending'],
  ['speed', 'Speed', byActivity, 'descending'],
  ['moved', 'Moved', (a, b) => moved(b) - moved(a), 'descending'],
  ['files', 'Transfers', (a, b) => b.record.transfers - a.record.transfers, 'descending'],
  ['age', 'Age', (a, b, picture) => picture.age(b) - picture.age(a), 'descending'],
];

export class SessionTable {
  #picture;
  #panel;
  #scroller;
  #table;
  #body;
  #on;
  #rows;
  #column = COLUMNS.find(([name]) => name === 'speed');
  #reversed = false;
  #arrangedAt = -Infinity;
  #restsUntil = 0;
  #rowHeight = 28;
  /** All, in their order. */
  #order = [];
  /** Those of the filter. */
  #view = [];
  /** The id and the place of the one whose row Tab goes to; arrows go on from it. */
  #current = null;
  #place = 0;
  #chosen = false;
  #open = null;

  /**
   * @param {Element} panel that holds the table
   * @param {{open: function(string), end: function(string), changed: function()}} on what a row asks for, by its session's
   *     id; and told when the table has to be drawn
   */
  constructor(picture, panel, on) {
    this.#picture = picture;
    this.#panel = panel;
    this.#on = on;
    this.#scroller = panel.querySelector('.scroll');
    this.#table = panel.querySelector('table');
    this.#body = panel.querySelector('tbody');
    this.#rows = new Rows(this.#body, (session) => this.#row(session));
    this.#head(panel.querySelector('thead tr'));
    this.#listen();
  }

  #listen() {
    const body = this.#body;
    const rest = () => (this.#restsUntil = performance.now() + REST_MILLIS);
    body.addEventListener('pointermove', rest, { passive: true });
    body.addEventListener('focusin', ({ target }) => {
      this.#chosen = true;
      this.#move(target.closest('tr').dataset.session);
    });
    body.addEventListener('click', ({ target }) => {
      const { session } = target.closest('tr').dataset;
      if (target.closest('button')) this.#on.end(session);
      // Whoever marks an address to copy it does not want the details.
      else if (!target.closest('a') && getSelection().isCollapsed) {
        this.#rows.get(session).link.focus({ preventScroll: true });
        this.#on.open(session);
      }
    });
    this.#panel.addEventListener('keydown', (event) => {
      if (event.target !== this.#panel && !body.contains(event.target)) return;
      rest();
      this.#key(event);
    });
    // What scrolls is the list, or on a small screen the page.
    document.addEventListener('scroll', () => this.#show(), { capture: true, passive: true });
    new ResizeObserver(this.#on.changed).observe(this.#scroller);
  }

  #head(columns) {
    for (const column of COLUMNS) {
      const [name, heading] = column;
      const cell = element('th', name);
      const button = element('button', '', heading);
      cell.setAttribute('role', 'columnheader');
      button.type = 'button';
      button.addEventListener('click', () => {
        this.#reversed = this.#column === column && !this.#reversed;
        this.#column = column;
        this.#restsUntil = 0;
        this.#arrangedAt = -Infinity;
        this.#sorted(columns);
        this.#on.changed();
      });
      cell.append(button);
      columns.append(cell);
    }
    const last = element('th', 'act', element('span', 'hidden', 'End'));
    last.setAttribute('role', 'columnheader');
    columns.append(last);
    this.#sorted(columns);
  }

  #sorted(columns) {
    const [by, , , direction] = this.#column;
    const other = direction === 'ascending' ? 'descending' : 'ascending';
    for (const cell of columns.cells) {
      if (cell.className === by) cell.ariaSort = this.#reversed ? other : direction;
      else cell.removeAttribute('aria-sort');
    }
  }

  #row(arrived) {
    const node = element('tr', this.#picture.isNew(arrived) ? 'new' : '');
    node.setAttribute('role', 'row');
    node.dataset.session = arrived.id;
    const cells = {};
    for (const name of [...COLUMNS.map(([column]) => column), 'act']) {
      cells[name] = element('td', name);
      cells[name].setAttribute('role', 'cell');
      node.append(cells[name]);
    }
    const link = element('a');
    link.href = `#session=${encodeURIComponent(arrived.id)}`;
    cells.user.replaceChildren(link);
    const [verb, folders, file] = [element('b'), element('span'), element('span')];
    cells.doing.replaceChildren(verb, folders, file);
    const end = element('button', '', 'End');
    end.type = 'button';
    // By keys there is Delete, and the button of the details.
    end.tabIndex = -1;
    cells.act.replaceChildren(end);

    const fill = (session) => {
      const { record } = session;
      const running = isTransferring(session);
      const parts = partsOf(record.transfer ?? '');
      say(link, record.user || '–');
      set(link, 'tabIndex', session.id === this.#current ? 0 : -1);
      set(end, 'ariaLabel', `End session of ${record.user || record.client}`);
      say(cells.client, host(record.client));
      set(cells.client, 'title', record.client);
      say(cells.server, record.server ? host(record.server, '21') : '–');
      set(cells.server, 'title', `${record.server ?? 'Not connected yet'}; the client connected to ${record.address}`);
      say(verb, running ? parts.verb : stateOf(record));
      say(folders, running ? parts.folders : '');
      say(file, running ? parts.file : record.transfer ? `last ${record.transfer}` : '');
      set(cells.doing, 'title', record.transfer ?? '');
      set(node.dataset, 'way', running ? parts.way : '');
      set(node.dataset, 'still', String(speed(session) === 0));
      say(cells.speed, speedOf(session) || (running ? '0 B/s' : ''));
      say(cells.moved, moved(session) ? bytes(moved(session)) : '–');
      say(cells.files, count(record.transfers));
      say(cells.age, age(this.#picture.age(session)));
    };
    return { node, link, fill };
  }

  get rests() {
    return performance.now() < this.#restsUntil;
  }

  /**
   * Shows the sessions as they are now.
   *
   * @param {string[]} filter words in lower case
   * @param {boolean} transferring whether others are left out
   * @param {?string} open the session whose details are shown beside
   * @returns {number} how many sessions are of the filter
   */
  draw(filter, transferring, open) {
    this.#arrange();
    this.#view = this.#order.filter((session) => matches(filter, session) && (!transferring || isTransferring(session)));
    this.#keepPlace();
    this.#open = open;
    this.#show();
    set(this.#table, 'ariaRowCount', String(this.#view.length + 1));
    return this.#view.length;
  }

  #show() {
    const focused = this.#body.contains(document.activeElement);
    // What is measured is measured first: afterwards it would have to be laid out anew.
    const [first, end] = this.#inView();
    this.#rows.draw(this.#view.slice(first, end));
    set(this.#body.style, 'paddingTop', `${first * this.#rowHeight}px`);
    set(this.#body.style, 'paddingBottom', `${(this.#view.length - end) * this.#rowHeight}px`);
    for (let index = first; index < end; index++) {
      const { id } = this.#view[index];
      const { node } = this.#rows.get(id);
      set(node, 'ariaRowIndex', String(index + 2));
      set(node, 'ariaCurrent', id === this.#open ? 'true' : null);
    }
    // A row that was moved has lost the focus; for one out of view the panel keeps it.
    if (focused && !this.#body.contains(document.activeElement)) {
      (this.#rows.get(this.#current)?.link ?? this.#panel).focus({ preventScroll: true });
    }
  }

  /** Tab leads to the row that was left last; when that has gone, to the one in its place; before, to the first. */
  #keepPlace() {
    const at = this.#chosen ? this.#view.findIndex(({ id }) => id === this.#current) : -1;
    if (at >= 0) this.#place = at;
    else this.#move(this.#view[this.#chosen ? Math.min(this.#place, this.#view.length - 1) : 0]?.id ?? null);
  }

  #arrange() {
    const { sessions } = this.#picture;
    const known = new Set(this.#order);
    this.#order = this.#order.filter((session) => sessions.get(session.id) === session);
    for (const session of sessions.values()) {
      if (known.has(session)) continue;
      this.#order.push(session);
      this.#arrangedAt = -Infinity;
    }
    const now = performance.now();
    if (this.rests || now < this.#arrangedAt + ARRANGE_MILLIS) return;
    this.#arrangedAt = now;
    const compare = this.#column[2];
    const sign = this.#reversed ? -1 : 1;
    this.#order.sort((a, b) => sign * compare(a, b, this.#picture) || (a.id < b.id ? -1 : 1));
  }

  /** The first row to be shown, and the one after the last. */
  #inView() {
    const row = this.#body.firstElementChild?.getBoundingClientRect().height;
    if (row) this.#rowHeight = row;
    const { top } = this.#body.getBoundingClientRect();
    const seen = this.#scroller.getBoundingClientRect();
    const from = (Math.max(0, seen.top) - top) / this.#rowHeight;
    const to = (Math.min(innerHeight, seen.bottom) - top) / this.#rowHeight;
    const within = (index) => Math.max(0, Math.min(this.#view.length, index));
    return [within(Math.floor(from) - BEYOND), within(Math.ceil(Math.max(to, from)) + BEYOND)];
  }

  // ---- Moving by keys ----

  #key(event) {
    if (event.key === 'Delete' && this.#current !== null) {
      event.preventDefault();
      this.#on.end(this.#current);
      return;
    }
    const last = this.#view.length - 1;
    const to = {
      ArrowDown: this.#place + 1, ArrowUp: this.#place - 1, PageDown: this.#place + PAGE_ROWS, PageUp: this.#place - PAGE_ROWS,
      Home: 0, End: last,
    }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    this.#focus(Math.max(0, Math.min(last, to)));
  }

  #move(id) {
    const tab = (session, index) => {
      const row = this.#rows.get(session);
      if (row) row.link.tabIndex = index;
    };
    tab(this.#current, -1);
    tab(id, 0);
    this.#current = id;
    this.#place = Math.max(0, this.#view.findIndex((session) => session.id === id));
  }

  #focus(index) {
    const session = this.#view[index];
    if (!session) return;
    this.#move(session.id);
    if (!this.#rows.get(session.id)) this.#scrollTo(index);
    const { link, node } = this.#rows.get(session.id);
    link.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'nearest' });
  }

  /** Brings a row into view, and thereby into being. */
  #scrollTo(index) {
    const seen = this.#scroller.getBoundingClientRect();
    const scrolls = this.#scroller.scrollHeight > this.#scroller.clientHeight;
    const middle = scrolls ? (seen.top + seen.bottom) / 2 : innerHeight / 2;
    const by = this.#body.getBoundingClientRect().top + index * this.#rowHeight - middle;
    (scrolls ? this.#scroller : window).scrollBy({ top: by, behavior: 'instant' });
    this.#show();
  }

  /** To the row that was left last, or the first. */
  focus() {
    this.#focus(this.#place);
  }
}
