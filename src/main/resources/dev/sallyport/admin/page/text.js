/**
 * What people read: sizes, times, and elements that hold text.
 *
 * No markup is ever made from a string: a file name that is a tag stays a file name.
 */

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** In powers of 1024, three digits at most: `999 B`, `1.5 KiB`, `120 GiB`. */
export function bytes(amount) {
  let unit = 0;
  while (amount >= 999.5 && unit < SIZES.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${unit === 0 || amount >= 99.95 ? Math.round(amount) : amount.toFixed(1)} ${SIZES[unit]}`;
}

/** As the command line says it: `7s`, `3m20s`, `5h07m`, `12d03h`. */
export function age(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return whole < 86400
    ? `${Math.floor(whole / 3600)}h${two(Math.floor(whole / 60) % 60)}m`
    : `${Math.floor(whole / 86400)}d${two(Math.floor(whole / 3600) % 24)}h`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The wall clock's time, here. @param {number} millis since 1970 */
export const clock = (millis) => CLOCK.format(millis);

/** `ADDRESS_NOT_PEER` reads `address not peer`. */
export const words = (name) => name.toLowerCase().replaceAll('_', ' ');

const NUMBERS = new Intl.NumberFormat('en');

/** `1,000`. */
export const count = (number) => NUMBERS.format(number);

/** An element with a text of its own, or with children. */
export function element(tag, className = '', ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...(children.length ? children : ['']));
  return made;
}

/** Says a text where `element` left room for one. What is the same already costs nothing: no layout, no paint. */
export function say(node, text) {
  if (!node.firstChild) node.append('');
  if (node.firstChild.data !== text) node.firstChild.data = text;
}

/** Sets a property that is not so already. */
export function set(node, property, value) {
  if (node[property] !== value) node[property] = value;
}
