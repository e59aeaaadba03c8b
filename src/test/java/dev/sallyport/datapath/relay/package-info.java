/** What of the relay needs no session: {@code dev.sallyport.faults} has the tests that do. */
@NullMarked
package dev.sallyport.datapath.relay;

import org.jspecify.annotations.NullMarked;
