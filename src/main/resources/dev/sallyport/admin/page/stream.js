/**
 * The gateway's events, for as long as the page is open. A browser's EventSource tries again by itself, but neither says
 * when, nor after an answer such as 503, nor when the peer has gone without a word: so here a failed one is closed, and
 * another made.
 */

/** The gateway says something each second. */
const SILENCE_MILLIS = 6_000;
const MOST_WAIT_MILLIS = 15_000;

export class Stream {
  #source;
  #timer;
  #silence;
  #failures = 0;
  #on;
  #address;

  /**
   * @param {string} address of the event stream
   * @param {Object<string, function(Object)>} events what to do with each kind of event
   * @param {{live: function(), lost: function({retryAt: number})}} link told when the connection comes and goes
   */
  constructor(address, events, link) {
    this.#address = address;
    this.#on = { events, link };
  }

  /** Connects now, whatever there is. */
  open() {
    this.#end();
    const source = new EventSource(this.#address);
    let heard = false;
    this.#source = source;
    this.#listen();
    source.onerror = () => this.#lost();
    for (const [name, take] of Object.entries(this.#on.events)) {
      source.addEventListener(name, (event) => {
        this.#listen();
        // Not when it opens: a proxy may take the connection while the gateway behind it is gone.
        if (!heard) {
          heard = true;
          this.#failures = 0;
          this.#on.link.live();
        }
        take(JSON.parse(event.data));
      });
    }
  }

  #listen() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), SILENCE_MILLIS);
  }

  #lost() {
    this.#end();
    const wait = Math.min(MOST_WAIT_MILLIS, 1000 * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.open(), wait);
    this.#on.link.lost({ retryAt: performance.now() + wait });
  }

  #end() {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#source?.close();
  }
}
