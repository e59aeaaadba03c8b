/**
 * Captured packets: files and interfaces to packets, packets to TCP segments, segments to connections and their bytes in order.
 * Knows nothing of FTP. Uses the JDK alone, but for interfaces, where pcap4j brings libpcap.
 */
@NullMarked
package dev.sallyport.capture;

import org.jspecify.annotations.NullMarked;
