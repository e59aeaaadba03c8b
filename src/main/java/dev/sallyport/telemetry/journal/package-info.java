/**
 * The session log: a line for each session and each transfer in a file of its own, as JSON or as Zeek writes them. May depend
 * on {@code ftp}, {@code session} and {@code telemetry}.
 */
@NullMarked
package dev.sallyport.telemetry.journal;

import org.jspecify.annotations.NullMarked;
