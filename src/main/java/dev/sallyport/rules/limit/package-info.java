/**
 * Limits that outlive a session: rates of rules, turns to log in. Pure: no clock of its own, memory bounded whatever peers
 * do. Thread-safe: sessions of all event loops share one {@link dev.sallyport.rules.limit.Limits}.
 */
@NullMarked
package dev.sallyport.rules.limit;

import org.jspecify.annotations.NullMarked;
