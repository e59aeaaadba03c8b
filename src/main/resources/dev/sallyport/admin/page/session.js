/** What is said of a session, in the table and in its details. */
import { bytes } from './text.js';

const STATES = { connecting: 'connecting', login: 'logging in', ready: 'idle', transfer: 'transferring', opaque: 'encrypted' };
const UPLOADS = new Set(['STOR', 'STOU', 'APPE']);

/** What it does, in a word. */
export const stateOf = ({ state }) => STATES[state] ?? state;

export const isTransferring = ({ record }) => record.state === 'transfer';

/** Bytes each second, both ways. */
export const speed = (session) => session.toClient + session.toServer;

/** Bytes, both ways. */
export const moved = (session) => session.movedToClient + session.movedToServer;

/** `↓ 12.4 MiB/s`; both ways where both move; empty where nothing does. */
export function speedOf({ toClient, toServer }) {
  const ways = [];
  if (toClient > 0) ways.push(`↓ ${bytes(toClient)}/s`);
  if (toServer > 0) ways.push(`↑ ${bytes(toServer)}/s`);
  return ways.join(' ');
}

/**
 * A transfer's command, the folders of its path and the file's name. What is too long for its place loses of the folders
 * first: the name says more.
 */
export function partsOf(transfer) {
  const blank = transfer.indexOf(' ');
  const verb = blank < 0 ? transfer : transfer.slice(0, blank);
  const path = blank < 0 ? '' : transfer.slice(blank + 1);
  const name = path.lastIndexOf('/', path.length - 2) + 1;
  return { verb, way: UPLOADS.has(verb) ? 'up' : 'down', folders: path.slice(0, name), file: path.slice(name) };
}

/** An endpoint's address without the brackets of IPv6 and without its port. @param usual the port that is left out alone */
export function host(endpoint, usual = null) {
  const colon = endpoint.lastIndexOf(':');
  if (usual && endpoint.slice(colon + 1) !== usual) return endpoint;
  return endpoint.slice(0, colon).replace(/^\[(.*)]$/, '$1');
}
