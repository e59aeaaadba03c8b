/**
 * Captured packets: files and interfaces to packets, packets to TCP segments, segments to connections and their bytes in order.
 * A capture file goes through three threads: {@code DecodedCapture} reads and decodes, {@code FollowedCapture} follows connections, and
 * who asks both is told, in the order of the packets. Knows nothing of FTP.
 *
 * <p>Uses the JDK alone, but for interfaces, where pcap4j brings libpcap.
 */
@NullMarked
package dev.sallyport.capture;

import org.jspecify.annotations.NullMarked;
