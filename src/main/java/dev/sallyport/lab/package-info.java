/**
 * What a gateway is tried out with: the engine offline, the same state machine that the gateway runs, driven by what a file
 * or a test says instead of by sockets; and an FTP server of our own. May depend on {@code session} and, later,
 * {@code capture}.
 */
@NullMarked
package dev.sallyport.lab;

import org.jspecify.annotations.NullMarked;
