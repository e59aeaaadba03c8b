/**
 * The engine: one FTP control session as a state machine. Inputs go in, effects come out, and the values it speaks in
 * (pinhole request, transfer, event) are here too. Pure: no I/O, no clock, no randomness of its own; the live gateway,
 * the replay of a capture and the rule tests drive the same engine. May depend on {@code ftp} and {@code rules}.
 */
@NullMarked
package dev.sallyport.session;

import org.jspecify.annotations.NullMarked;
