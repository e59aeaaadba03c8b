/** Elements of a list, one for each of its items, kept by key: what stays is not made anew. */
export class Rows {
  #parent;
  #make;
  #rows = new Map();

  /**
   * @param {Element} parent that holds nothing else
   * @param {function(Object): {node: Element, fill: function(Object)}} make a row for an item, not yet filled
   */
  constructor(parent, make) {
    this.#parent = parent;
    this.#make = make;
  }

  get(key) {
    return this.#rows.get(key);
  }

  /** Shows these items in this order. @param {function(Object): *} key tells them apart */
  draw(items, key = ({ id }) => id) {
    // Those that go, first: else each that stays would be moved up before them.
    const stay = new Set(items.map(key));
    for (const [gone, { node }] of this.#rows) {
      if (stay.has(gone)) continue;
      node.remove();
      this.#rows.delete(gone);
    }
    let place = this.#parent.firstChild;
    for (const item of items) {
      const row = this.#rows.get(key(item)) ?? this.#added(key(item), item);
      row.fill(item);
      if (row.node === place) {
        place = place.nextSibling;
      } else {
        this.#parent.insertBefore(row.node, place);
      }
    }
  }

  #added(key, item) {
    const row = this.#make(item);
    this.#rows.set(key, row);
    return row;
  }
}
