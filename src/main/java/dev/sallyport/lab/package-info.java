/**
 * The engine offline: the same state machine that the gateway runs, driven by what a file or a test says instead of by
 * sockets. May depend on {@code session} and, later, {@code capture}.
 */
@NullMarked
package dev.sallyport.lab;

import org.jspecify.annotations.NullMarked;
