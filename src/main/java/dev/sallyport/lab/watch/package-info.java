/**
 * Control sessions while they go on, beside the wire: packets as they come, a clock that goes on when none do, and the packets of
 * sessions that break a rule. Bounded, for it runs for days. May depend on {@code lab.replay} and what that may.
 */
@NullMarked
package dev.sallyport.lab.watch;

import org.jspecify.annotations.NullMarked;
