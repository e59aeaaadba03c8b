/** Peers that misbehave on purpose, over real sockets: scripted servers and clients on either side of a gateway. */
@NullMarked
package dev.sallyport.faults;

import org.jspecify.annotations.NullMarked;
