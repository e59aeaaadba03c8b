/**
 * What the page knows of the gateway. The stream tells what changed; ages, countdowns and speeds go on by the page's own
 * clock in between, and stand still while the connection is lost.
 */

import { stateOf } from './session.js';

export const CHART_SECONDS = 300;
const REFUSALS_KEPT = 200;
const REFUSED_WITHIN_MILLIS = CHART_SECONDS * 1000;

/** A speed is a mean over the last seconds, later ones weighing more: the single ones leap. */
const SPEED_SECONDS = 2;
const SLOWEST = 1;
const NEW_MILLIS = 2_000;

export class Picture {
  sessions = new Map();
  pinholes = new Map();
  /** Newest first. */
  refusals = [];
  /** How many there are, and how many sessions the stream tells of; unknown before it begins. */
  counts = { sessions: 0, transferring: 0, shown: undefined, pinholes: 0, waiting: 0 };
  toClient = new Array(CHART_SECONDS).fill(0);
  toServer = new Array(CHART_SECONDS).fill(0);
  /** When something was refused, and how much; milliseconds of the gateway's clock. */
  refusedTimes = [];
  /** Whether the gateway lets those with its token end sessions. */
  changes = true;

  #whole = { sessions: true, pinholes: true };
  #lastNow = 0;
  #lastNumber = 0;
  #stoppedAt = null;
  #gatewayAhead = 0;

  /** Milliseconds by the page's own clock; stands while the connection is lost. */
  now() {
    return this.#stoppedAt ?? performance.now();
  }

  /** Milliseconds since 1970, as the gateway counts them. */
  gatewayNow() {
    return Math.round(this.now() + this.#gatewayAhead);
  }

  stop() {
    this.#stoppedAt ??= performance.now();
  }

  /** A stream begins: the first lists in it are whole. */
  begin() {
    this.#stoppedAt = null;
    this.#whole = { sessions: true, pinholes: true };
  }

  /** What was before the stream began; its first event. */
  hello({ changes = true, throughput, refusals = [] }) {
    this.changes = changes;
    this.toClient = last(throughput?.toClient ?? []);
    this.toServer = last(throughput?.toServer ?? []);
    this.refusals = [];
    this.refusedTimes = [];
    for (const refusal of refusals) this.refuse(refusal, -Infinity);
  }

  throughput({ toClient, toServer }) {
    this.toClient.shift();
    this.toClient.push(toClient);
    this.toServer.shift();
    this.toServer.push(toServer);
  }

  /** Repeats of the newest are counted, not listed: a flood hides nothing. @param arrivedAt by the page's clock */
  refuse(refusal, arrivedAt = performance.now()) {
    // Those that were held back may have been anybody's.
    const others = refusal.heldBack ?? 0;
    this.refusedTimes.push({ at: refusal.at, times: 1 + others });
    const key = [refusal.kind, refusal.what, refusal.rule, refusal.session, refusal.client, refusal.detail].join('\n');
    const newest = this.refusals[0];
    if (newest?.key === key) {
      newest.times++;
      newest.others += others;
      newest.at = refusal.at;
      return;
    }
    const { gateway, client, session, kind, what, rule, detail } = refusal;
    this.refusals.unshift({
      ...refusal, key, times: 1, others, arrivedAt, number: this.#lastNumber++,
      text: searchable(gateway, client, session, kind, what, rule, detail),
    });
    this.refusals.length = Math.min(this.refusals.length, REFUSALS_KEPT);
  }

  /** How much was refused in the last five minutes. */
  refused() {
    const since = this.gatewayNow() - REFUSED_WITHIN_MILLIS;
    const first = this.refusedTimes.findIndex(({ at }) => at >= since);
    this.refusedTimes.splice(0, first < 0 ? this.refusedTimes.length : first);
    return this.refusedTimes.reduce((sum, { times }) => sum + times, 0);
  }

  takeSessions({ now, count, transferring, shown, changed, gone = [] }) {
    const whole = this.#whole.sessions;
    const seconds = whole ? 0 : (now - this.#lastNow) / 1000;
    this.#lastNow = now;
    this.#gatewayAhead = now - performance.now();
    Object.assign(this.counts, { sessions: count, transferring, shown });
    forget(this.sessions, whole ? missing(this.sessions, changed) : gone);
    for (const record of changed) this.#takeSession(record, seconds);
    if (seconds > 0) this.#slowDown(new Set(changed.map(({ id }) => id)), seconds);
    this.#whole.sessions = false;
  }

  #takeSession(record, seconds) {
    const { id, user, client, address, server, gateway, state, transfer } = record;
    let session = this.sessions.get(id);
    const fresh = !session;
    if (fresh) {
      session = { id, toClient: 0, toServer: 0, arrivedAt: seconds > 0 ? performance.now() : -Infinity };
      this.sessions.set(id, session);
    }
    const toClient = record.bytesToClient + (record.runningToClient ?? 0);
    const toServer = record.bytesToServer + (record.runningToServer ?? 0);
    // What was there before the first look says nothing of the speed now.
    if (!fresh && seconds > 0) {
      session.toClient = mean(session.toClient, (toClient - session.movedToClient) / seconds, seconds);
      session.toServer = mean(session.toServer, (toServer - session.movedToServer) / seconds, seconds);
    }
    // A transfer that has ended leaves no speed behind.
    if (state !== 'transfer' && state !== 'opaque') session.toClient = session.toServer = 0;
    session.movedToClient = toClient;
    session.movedToServer = toServer;
    session.record = record;
    session.found = false;
    session.seenAt = performance.now();
    // The state as it is shown, too.
    session.text = searchable(id, user, client, address, server, gateway, state, stateOf(record), transfer);
  }

  /**
   * Sessions that the stream does not tell of, since there are more than it can, and that were asked for. They stay until
   * others are.
   */
  takeFound(records) {
    const asked = new Set(records.map(({ id }) => id));
    for (const { id, found } of this.sessions.values()) {
      if (found && !asked.has(id)) this.sessions.delete(id);
    }
    for (const record of records) {
      const known = this.sessions.get(record.id);
      if (known && !known.found) continue;
      this.#takeSession(record, known ? (performance.now() - known.seenAt) / 1000 : 0);
      this.sessions.get(record.id).found = true;
    }
  }

  /** What did not change moved nothing. */
  #slowDown(moved, seconds) {
    for (const session of this.sessions.values()) {
      if (!session.found && !moved.has(session.id) && session.toClient + session.toServer > 0) {
        session.toClient = mean(session.toClient, 0, seconds);
        session.toServer = mean(session.toServer, 0, seconds);
      }
    }
  }

  takePinholes({ count, waiting, changed, gone = [] }) {
    Object.assign(this.counts, { pinholes: count, waiting });
    forget(this.pinholes, this.#whole.pinholes ? missing(this.pinholes, changed) : gone);
    for (const record of changed) {
      const { id, session, gateway, connects, from, told, target, state } = record;
      this.pinholes.set(id, {
        id, record, seenAt: performance.now(), text: searchable(id, session, gateway, connects, from, told, target, state),
      });
    }
    this.#whole.pinholes = false;
  }

  /** Whether what came is so new that it is to be pointed out. */
  isNew({ arrivedAt }) {
    return this.now() - arrivedAt < NEW_MILLIS;
  }

  /** Seconds of a session, or of a pinhole. */
  age({ record, seenAt }) {
    return record.ageSeconds + (this.now() - seenAt) / 1000;
  }

  /** Seconds until a pinhole closes unused. */
  remaining({ record, seenAt }) {
    return Math.max(0, record.remainingSeconds - (this.now() - seenAt) / 1000);
  }
}

/** Whether every word of the filter occurs. @param {string[]} filter in lower case */
export const matches = (filter, { text }) => filter.every((word) => text.includes(word));

function searchable(...texts) {
  return texts.filter(Boolean).join('\n').toLowerCase();
}

function last(values) {
  return [...new Array(CHART_SECONDS).fill(0), ...values].slice(-CHART_SECONDS);
}

function mean(before, now, seconds) {
  const weight = Math.exp(-seconds / SPEED_SECONDS);
  const speed = before * weight + Math.max(0, now) * (1 - weight);
  return speed < SLOWEST ? 0 : speed;
}

function missing(known, records) {
  const there = new Set(records.map(({ id }) => id));
  return [...known.keys()].filter((id) => !there.has(id));
}

function forget(known, ids) {
  for (const id of ids) known.delete(id);
}
