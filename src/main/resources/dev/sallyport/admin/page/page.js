/** The live page: puts its parts together, and draws once for each frame in which something is new. */
import { Chart } from './chart.js';
import { Details } from './details.js';
import { Ending } from './ending.js';
import { PinholeList, RefusalList, orderOf } from './lists.js';
import { Picture, matches } from './picture.js';
import { Search } from './search.js';
import { Stream } from './stream.js';
import { SessionTable } from './table.js';
import { bytes, clock, count, say, set } from './text.js';

const id = (name) => document.getElementById(name);

const picture = new Picture();
const ending = new Ending(picture);
const table = new SessionTable(picture, id('sessions'), {
  open: (session) => details.open(session),
  end: (session) => ending.ask(session),
  changed: () => draw(),
});
const details = new Details(picture, { end: (session) => ending.ask(session), closed: () => toSessions() });
const pinholes = new PinholeList(picture, id('pinhole-list'));
const refusals = new RefusalList(picture, id('refusal-list'));
const search = new Search(picture, () => draw());
const chart = new Chart(picture, id('plot'));

// ---- The connection ----

let heard = false;
let lostSince = null;
let retryAt = 0;

/** An event's news are drawn with the next frame; in a page that nobody sees there is none. */
const taking = (take) => (news) => { take(news); draw(); };

const stream = new Stream('api/events', {
  hello: taking((hello) => {
    picture.hello(hello);
    say(id('version'), hello.version ? `Sallyport ${hello.version}` : '');
  }),
  sessions: taking((news) => picture.takeSessions(news)),
  pinholes: taking((news) => picture.takePinholes(news)),
  refusal: taking((refusal) => picture.refuse(refusal)),
  throughput: taking((second) => picture.throughput(second)),
}, {
  live() {
    heard = true;
    lostSince = null;
    picture.begin();
    showLink('live', 'Live');
  },
  lost(next) {
    lostSince ??= Date.now();
    retryAt = next.retryAt;
    picture.stop();
    showLink('lost', 'Connection lost');
    draw();
  },
});

function showLink(state, sentence) {
  id('link').dataset.state = document.body.dataset.link = state;
  say(id('link'), sentence);
  id('lost').hidden = state !== 'lost';
}

function drawLink() {
  if (lostSince === null) return;
  const wait = Math.max(0, Math.ceil((retryAt - performance.now()) / 1000));
  say(id('lost-why'), heard
    ? `Nothing was heard since ${clock(lostSince)}: what you see is of then. Next try ${wait ? `in ${wait}s` : 'now'}.`
    : `The gateway does not answer, or has no stream left for this page. Next try ${wait ? `in ${wait}s` : 'now'}.`);
}

id('retry').addEventListener('click', () => stream.open());
addEventListener('online', () => stream.open());

// ---- Drawing ----

let due = false;

function draw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    drawAll();
  });
}

function drawAll() {
  const filter = id('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (item) => matches(filter, item);
  const { sessions, counts } = picture;
  search.look(filter);
  const shown = table.draw(filter, id('running').checked, details.id);
  const open = orderOf([...picture.pinholes.values()].filter(fits), picture);
  const refused = picture.refusals.filter(fits);
  pinholes.draw(open);
  refusals.draw(refused);
  details.draw();
  chart.draw();
  drawTotals();
  drawLink();

  const part = (few, all) => (few === all ? count(all) : `${count(few)} of ${count(all)}`);
  const notes = [part(shown, counts.sessions)];
  if (counts.sessions > counts.shown && !filter.length) notes.push('the filter searches all');
  if (table.rests && sessions.size > 1) notes.push('order rests');
  say(id('sessions-note'), notes.join(' · '));
  say(id('pinholes-note'), part(open.length, counts.pinholes));
  say(id('refusals-note'), picture.refusals.length ? `${part(refused.length, picture.refusals.length)} listed` : '0');
  const none = (name, items, all, sentence) => {
    set(id(name), 'hidden', items > 0 || !heard);
    say(id(name), all ? 'Nothing matches the filter.' : sentence);
  };
  none('sessions-empty', shown, sessions.size, 'No sessions. Who connects appears here within a second.');
  none('pinholes-empty', open.length, picture.pinholes.size, 'None is open: the wall is shut.');
  none('refusals-empty', refused.length, picture.refusals.length, 'Nothing was refused yet.');
}

function drawTotals() {
  const { counts, toClient, toServer } = picture;
  if (!heard) return;
  const refused = picture.refused();
  const newest = picture.refusals[0];
  say(id('total-sessions'), count(counts.sessions));
  say(id('total-transferring'), `${count(counts.transferring)} transferring`);
  say(id('total-waiting'), count(counts.waiting));
  say(id('total-data'), `waiting, ${count(counts.pinholes - counts.waiting)} data`);
  say(id('total-refused'), count(refused));
  say(id('total-refused-last'), newest ? `last ${clock(newest.at)}` : '');
  set(id('total-refused').dataset, 'some', String(refused > 0));
  say(id('total-down'), `${bytes(toClient.at(-1))}/s`);
  say(id('peak-down'), `peak ${bytes(Math.max(...toClient))}/s`);
  say(id('total-up'), `${bytes(toServer.at(-1))}/s`);
  say(id('peak-up'), `peak ${bytes(Math.max(...toServer))}/s`);
  set(document, 'title', `${lostSince === null ? '' : 'Connection lost · '}${count(counts.sessions)} sessions · Sallyport`);
  for (const [view, number] of [['sessions', counts.sessions], ['pinholes', counts.pinholes], ['refusals', refused]]) {
    say(document.querySelector(`#views [data-view=${view}] span`), count(number));
  }
}

// Ages go on without news.
setInterval(draw, 1000);

// ---- Keys and buttons ----

function view(name, focus) {
  document.body.dataset.view = name;
  for (const button of id('views').children) button.ariaPressed = String(button.dataset.view === name);
  if (focus) id(name).focus();
}

function toSessions() {
  view('sessions', true);
  table.focus();
}

const KEYS = {
  '/': () => id('filter').focus(),
  t: () => id('running').click(),
  1: () => toSessions(),
  2: () => view('pinholes', true),
  3: () => view('refusals', true),
  '?': () => id('help').showModal(),
};

addEventListener('keydown', (event) => {
  const typing = event.target.matches('input:not([type=checkbox])');
  if (document.querySelector('dialog[open]') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') {
    if (details.isOpen) details.close();
    else if (id('filter').value) { id('filter').value = ''; draw(); }
    else if (typing) toSessions();
  } else if (!typing && id('keys-on').checked && KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

for (const button of id('views').children) button.addEventListener('click', () => view(button.dataset.view));
id('filter').addEventListener('input', draw);
id('running').addEventListener('change', draw);
id('help-open').addEventListener('click', () => id('help').showModal());
id('help-close').addEventListener('click', () => id('help').close());
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  toSessions();
});

stream.open();
