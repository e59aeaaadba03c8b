/**
 * What the gateway tells of itself while it runs: the session log, and what is open now. May depend on {@code ftp} and
 * {@code session}; it sees sessions only as an observer and can change nothing in them.
 */
@NullMarked
package dev.sallyport.telemetry;

import org.jspecify.annotations.NullMarked;
