/** Ends a session: asks whether, asks once for the token, and says what came of it. */
import { say } from './text.js';

const SENTENCES = {
  401: 'The gateway wants a token.',
  403: 'The gateway refused.',
  404: 'This session has ended already.',
};
const NO_TOKEN = 'Nobody can end sessions here: the gateway was given no token file (telemetry.token).';

export class Ending {
  #picture;
  #dialog = document.getElementById('ending');
  #what = document.getElementById('ending-what');
  #ask = document.getElementById('ending-ask');
  #input = document.getElementById('ending-token');
  #refused = document.getElementById('ending-refused');
  #go = document.getElementById('ending-go');
  #forget = document.getElementById('forget');
  #said = document.getElementById('said');
  #id = null;
  /** Nowhere but here: no storage, no form's memory. */
  #token = null;

  constructor(picture) {
    this.#picture = picture;
    document.getElementById('ending-cancel').addEventListener('click', () => this.#dialog.close());
    document.getElementById('ending-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#dialog.addEventListener('close', () => {
      // The event comes late: by then it may be open again, for another.
      if (this.#dialog.open) return;
      this.#input.value = '';
      this.#id = null;
    });
    this.#forget.addEventListener('click', () => this.#remember(null));
  }

  /** Asks whether the session is to end. */
  ask(id) {
    const record = this.#picture.sessions.get(id)?.record;
    this.#id = id;
    this.#input.value = '';
    const { changes } = this.#picture;
    this.#go.disabled = !changes;
    this.#say(changes ? '' : NO_TOKEN);
    const who = record && `${record.user || 'Not logged in'} from ${record.client}`;
    const what = record?.state === 'transfer' && record.transfer;
    say(this.#what, [who, what, `session ${id}`].filter(Boolean).join('\n'));
    this.#ask.hidden = !changes || this.#token !== null;
    this.#dialog.showModal();
    // Not on what ends it: one Enter too many is soon pressed.
    (!this.#ask.hidden ? this.#input : document.getElementById('ending-cancel')).focus();
  }

  async #send() {
    const id = this.#id;
    const token = this.#token ?? this.#input.value.trim();
    if (!/^[\x21-\x7e]+$/.test(token)) {
      this.#say(token ? 'A token is of printable ASCII, without blanks.' : 'Without a token nothing can be ended.');
      this.#input.focus();
      return;
    }
    this.#go.disabled = true;
    const answer = await fetch(`api/sessions/${encodeURIComponent(id)}`, {
      method: 'DELETE', headers: { Authorization: `Bearer ${token}` }, cache: 'no-store', credentials: 'omit',
    }).catch(() => null);
    const detail = await problem(answer);
    if (this.#id !== id) return;
    this.#go.disabled = false;
    if (answer?.ok) {
      this.#remember(token);
      this.#dialog.close();
      this.#announce(`Session ${id} is ended.`);
      return;
    }
    if (answer?.status === 404) this.#remember(token);
    if (answer?.status === 401 || answer?.status === 403) this.#remember(null);
    this.#say(!answer ? 'The gateway does not answer.'
      : answer.status === 404 ? SENTENCES[404]
        : [SENTENCES[answer.status] ?? `The gateway answered ${answer.status}.`, detail].filter(Boolean).join(' '));
    this.#ask.hidden = this.#token !== null;
    if (this.#token === null) this.#input.select();
    else this.#go.disabled = answer?.status === 404;
  }

  #remember(token) {
    this.#token = token;
    this.#forget.hidden = token === null;
  }

  #say(sentence) {
    this.#refused.hidden = !sentence;
    say(this.#refused, sentence);
  }

  #announce(sentence) {
    say(this.#said, sentence);
    this.#said.className = 'shown';
    setTimeout(() => (this.#said.className = ''), 4000);
  }
}

/** What the gateway says of its refusal (RFC 9457). */
async function problem(answer) {
  if (!answer || answer.ok || !answer.headers.get('Content-Type')?.startsWith('application/problem+json')) return '';
  return (await answer.json().catch(() => ({}))).detail ?? '';
}
