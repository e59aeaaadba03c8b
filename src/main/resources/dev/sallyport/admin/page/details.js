/** One session, whole, beside the others. Which one is the address's fragment, so that others can lead here: `#session=ID`. */
import { PinholeList, RefusalList, orderOf } from './lists.js';
import { speedOf, stateOf } from './session.js';
import { age, bytes, count, element, say, set } from './text.js';

const FIELDS = [
  'State', 'User', 'Client', 'Connected to', 'Server', 'TLS', 'Gateway', 'Transfer', 'Last command', 'Speed', 'To client',
  'To server', 'Transfers', 'Age', 'Id',
];

const PREFIX = '#session=';
const AGAIN_MILLIS = 3_000;

export class Details {
  #picture;
  #panel = document.getElementById('details');
  #title = document.getElementById('details-title');
  #ended = document.getElementById('details-ended');
  #close = document.getElementById('details-close');
  #endButton = document.getElementById('details-end');
  #values = {};
  #pinholes;
  #refusals;
  #id = null;
  /** The session as it was seen last; it may have ended since. */
  #session = null;
  /** Of one that the stream does not tell of: when it was asked for, and whether the gateway knows it no more. */
  #askedAt = -Infinity;
  #gone = false;
  /** Where the reader came from. */
  #from = null;

  /** @param {{end: function(string), closed: function()}} on */
  constructor(picture, on) {
    this.#picture = picture;
    this.#pinholes = new PinholeList(picture, document.getElementById('details-pinholes'));
    this.#refusals = new RefusalList(picture, document.getElementById('details-refusals'));
    const fields = document.getElementById('details-fields');
    for (const name of FIELDS) fields.append(element('dt', '', name), (this.#values[name] = element('dd')));
    this.#close.addEventListener('click', () => this.close());
    this.#endButton.addEventListener('click', () => on.end(this.#id));
    this.closed = on.closed;
    addEventListener('hashchange', () => this.#follow());
    this.#follow();
  }

  /** Which session; null when none is. */
  get id() {
    return this.#id;
  }

  get isOpen() {
    return this.#id !== null;
  }

  open(id) {
    location.hash = PREFIX + encodeURIComponent(id);
  }

  close() {
    if (!this.isOpen) return;
    history.pushState(null, '', location.pathname + location.search);
    this.#follow();
  }

  #follow() {
    const id = named(location.hash);
    if (id === this.#id) return;
    if (this.#id === null) this.#from = document.activeElement;
    this.#id = id;
    this.#session = null;
    this.#panel.hidden = id === null;
    document.body.classList.toggle('detailed', id !== null);
    if (id === null) {
      // Back to the row; if that has gone, to the table.
      if (this.#from?.isConnected && this.#from !== document.body) this.#from.focus();
      else this.closed();
      return;
    }
    this.#gone = false;
    this.#askedAt = -Infinity;
    this.draw();
    this.#close.focus();
  }

  draw() {
    if (!this.isOpen) return;
    const { sessions, counts } = this.#picture;
    const live = sessions.get(this.#id);
    const beyond = counts.sessions > counts.shown;
    if (!live && beyond) this.#ask();
    const session = (this.#session = live ?? this.#session);
    const ended = counts.shown !== undefined && !live && (!beyond || this.#gone);
    say(this.#title, session?.record.user || `Session ${this.#id}`);
    say(this.#ended, !ended ? '' : session ? 'This session has ended.' : 'There is no such session, or no more.');
    set(this.#ended, 'hidden', !ended);
    set(this.#endButton, 'disabled', ended);
    if (session) this.#fields(session, !ended);
    const of = ({ record }) => record.session === this.#id;
    this.#pinholes.draw(orderOf([...this.#picture.pinholes.values()].filter(of), this.#picture));
    this.#refusals.draw(this.#picture.refusals.filter(({ session: its }) => its === this.#id));
  }

  /** Where there are more sessions than the stream tells of, it may be one of the others. */
  async #ask() {
    const id = this.#id;
    const now = performance.now();
    if (this.#gone || now < this.#askedAt + AGAIN_MILLIS) return;
    this.#askedAt = now;
    const answer = await fetch(`api/sessions/${encodeURIComponent(id)}`).catch(() => null);
    const record = answer?.ok ? (await answer.json()).session : null;
    if (this.#id !== id) return;
    this.#gone = answer?.status === 404;
    if (record) {
      const movedToClient = record.bytesToClient + (record.runningToClient ?? 0);
      const movedToServer = record.bytesToServer + (record.runningToServer ?? 0);
      this.#session = { id, record, seenAt: now, toClient: 0, toServer: 0, movedToClient, movedToServer };
    }
    this.draw();
  }

  #fields(session, live) {
    const { record } = session;
    const values = [
      live ? stateOf(record) : '–', record.user || '–', record.client, record.address, record.server ?? '–', tls(record),
      record.gateway,
      record.transfer ? `${record.transfer}${record.state === 'transfer' ? '' : ' (the last)'}` : '–', record.lastCommand ?? '–',
      live ? speedOf(session) || '–' : '–', exact(session.movedToClient), exact(session.movedToServer),
      count(record.transfers), age(live ? this.#picture.age(session) : record.ageSeconds), session.id,
    ];
    FIELDS.forEach((name, index) => say(this.#values[name], values[index]));
  }
}

/** The session that a fragment names; null when it names none, or is malformed. */
function named(hash) {
  if (!hash.startsWith(PREFIX)) return null;
  try {
    return decodeURIComponent(hash.slice(PREFIX.length));
  } catch {
    return null;
  }
}

/** With whom the gateway itself has TLS: `client TLSv1.3, server TLSv1.2 CN=ftp`. */
function tls({ clientTls, serverTls }) {
  const of = (side, { version, name, subject }) => [side, version, name, subject].filter(Boolean).join(' ');
  return [clientTls && of('client', clientTls), serverTls && of('server', serverTls)].filter(Boolean).join(', ') || '–';
}

/** `1.5 KiB (1,536)`. */
function exact(amount) {
  return amount < 1000 ? bytes(amount) : `${bytes(amount)} (${count(amount)})`;
}
