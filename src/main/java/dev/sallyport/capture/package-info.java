/**
 * Captured packets: files to packets, packets to TCP segments, segments to connections and their bytes in order. Knows nothing
 * of FTP. Uses the JDK alone.
 */
@NullMarked
package dev.sallyport.capture;

import org.jspecify.annotations.NullMarked;
