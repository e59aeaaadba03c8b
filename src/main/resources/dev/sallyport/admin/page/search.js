/**
 * Where there are more sessions than the stream tells of, the filter asks the gateway itself: a session that nobody finds
 * cannot be ended.
 */

const TYPING_MILLIS = 300;
const AGAIN_MILLIS = 3_000;
const MOST = 200;

export class Search {
  #picture;
  #found;
  #words = '';
  #timer;

  /** @param {function()} found when there is something to draw */
  constructor(picture, found) {
    this.#picture = picture;
    this.#found = found;
  }

  /** Looks for these from now on, if it must. @param {string[]} filter */
  look(filter) {
    const { sessions, shown } = this.#picture.counts;
    const words = sessions > shown ? filter.join(' ') : '';
    if (words === this.#words) return;
    this.#words = words;
    clearTimeout(this.#timer);
    if (words) this.#timer = setTimeout(() => this.#ask(words), TYPING_MILLIS);
    else this.#picture.takeFound([]);
  }

  async #ask(words) {
    const answer = await fetch(`api/sessions?limit=${MOST}&q=${encodeURIComponent(words)}`).catch(() => null);
    const sessions = answer?.ok ? (await answer.json()).sessions : null;
    if (words !== this.#words) return;
    if (sessions) {
      this.#picture.takeFound(sessions);
      this.#found();
    }
    this.#timer = setTimeout(() => this.#ask(words), AGAIN_MILLIS);
  }
}
