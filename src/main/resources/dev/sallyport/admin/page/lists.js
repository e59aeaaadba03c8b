/** The pinholes with their countdown, and what was refused: a line each. */
import { Rows } from './rows.js';
import { host } from './session.js';
import { age, clock, count, element, say, set, words } from './text.js';

/** More say nothing that the number does not. */
const MOST_PINHOLES = 100;

/** Those that wait first, the next to close on top; then data connections, the youngest on top. */
export function orderOf(pinholes, picture) {
  const waits = ({ record }) => record.state === 'waiting';
  return [...pinholes].sort((a, b) =>
    waits(b) - waits(a) || (waits(a) ? picture.remaining(a) - picture.remaining(b) : picture.age(a) - picture.age(b))
      || (a.id < b.id ? -1 : 1));
}

export class PinholeList {
  #rows;
  #picture;

  constructor(picture, list) {
    this.#picture = picture;
    this.#rows = new Rows(list, () => this.#row());
  }

  /** @param {Object[]} pinholes in order */
  draw(pinholes) {
    this.#rows.draw(pinholes.slice(0, MOST_PINHOLES));
  }

  #row() {
    const [from, told, target] = ['from', 'told', 'target'].map((name) => element('span', name));
    const who = element('a');
    const left = element('b');
    const bar = element('progress');
    const node = element('li', '',
      element('p', 'ends', from, ' → ', told), left,
      element('p', 'mild', 'leads to ', target, element('span', 'of', ' · ', who)), bar);
    const fill = (pinhole) => {
      const { record } = pinhole;
      const waiting = record.state === 'waiting';
      set(node.dataset, 'state', record.state);
      say(from, record.from);
      say(told, record.told);
      say(target, record.target);
      const session = this.#picture.sessions.get(record.session)?.record;
      say(who, session?.user || record.session);
      set(who, 'href', new URL(`#session=${encodeURIComponent(record.session)}`, location.href).href);
      set(node, 'title', `Pinhole ${record.id} of gateway ${record.gateway}; the ${record.connects} connects`);
      if (!waiting) {
        say(left, `data, ${age(this.#picture.age(pinhole))}`);
        set(bar, 'hidden', true);
        return;
      }
      const remaining = this.#picture.remaining(pinhole);
      say(left, `closes in ${Math.ceil(remaining)}s`);
      set(bar, 'ariaLabel', 'time until it closes');
      set(bar, 'max', Math.max(0.001, record.ageSeconds + record.remainingSeconds));
      set(bar, 'value', Math.min(bar.max, remaining));
    };
    return { node, fill };
  }
}

export class RefusalList {
  #rows;
  #picture;

  constructor(picture, list) {
    this.#picture = picture;
    this.#rows = new Rows(list, (refusal) => this.#row(refusal));
  }

  /** @param {Object[]} refusals newest first */
  draw(refusals) {
    this.#rows.draw(refusals, ({ number }) => number);
  }

  #row(made) {
    const { session } = made;
    const [time, kind, what, times, client, others, detail] =
      ['time', 'span', 'b', 'span', 'span', 'span', 'code'].map((tag) => element(tag));
    kind.className = 'kind';
    times.className = 'times';
    const node = element('li', this.#picture.isNew(made) ? 'new' : '',
      time, element('p', '', kind, ' ', what, ' ', times), element('p', 'mild', client, others), detail);
    if (session) {
      const link = element('a', '', session);
      link.title = 'The session';
      link.href = `#session=${encodeURIComponent(session)}`;
      client.after(' ', link);
    }
    const fill = (refusal) => {
      say(time, clock(refusal.at));
      set(time, 'dateTime', new Date(refusal.at).toISOString());
      say(kind, refusal.kind);
      set(node.dataset, 'kind', refusal.kind);
      // A rule has a name of its own, and what it did; a check is named by what it found.
      say(what, refusal.rule ? `${refusal.rule} · ${words(refusal.what)}` : words(refusal.what));
      say(times, refusal.times > 1 ? `×${count(refusal.times)}` : '');
      say(client, [host(refusal.client), refusal.gateway && `at ${refusal.gateway}`].filter(Boolean).join(' '));
      set(client, 'title', refusal.client);
      say(others, refusal.others > 0 ? ` · ${count(refusal.others)} others of this kind were not told` : '');
      say(detail, refusal.detail ?? '');
      set(detail, 'title', refusal.detail ?? '');
      set(detail, 'hidden', !refusal.detail);
    };
    return { node, fill };
  }
}
