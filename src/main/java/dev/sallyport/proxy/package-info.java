/**
 * The Netty edge: listeners, the two control channels of a session, and the runner that carries out the engine's effects.
 * May depend on {@code ftp}, {@code session}, {@code datapath} and {@code tls}.
 */
@NullMarked
package dev.sallyport.proxy;

import org.jspecify.annotations.NullMarked;
