/**
 * The kernel's firewall over netlink, without any program or library in between: elements of nftables sets and maps are added
 * and deleted, tables and routes are watched, and flows followed. Depends on the JDK alone; needs Linux and CAP_NET_ADMIN.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>Netlink is a socket to the kernel. A request is dealt with inside the system call that sends it: when {@code send}
 * returns, the change is made or refused, and the answer lies in the socket's buffer. So nothing here waits for an answer
 * except the reader of a long dump and the listener to events. A socket belongs to the network namespace of the thread that
 * makes it, and stays there: each public class makes its sockets in its constructor.
 *
 * <p><b>Layers</b>, each in a file or two: {@code LibC} has the system calls; {@code NetlinkSocket} sends and receives;
 * {@code MessageWriter}, {@code MessageReader} and {@code AttributeReader} know headers, attributes and byte orders;
 * {@code Requests} is a dialogue of question and answer. On these stand:
 *
 * <ul>
 *   <li>{@link NftWriter}: makes {@link NftTransaction}s of {@link NftChange}s, each of them whole or not at all. They come
 *       from any thread; what waits is committed as one batch of the kernel. {@code GroupCommit} says how each gets its own
 *       {@link NftOutcome} nevertheless, {@code NftBatch} what is sent.
 *   <li>{@link NftReader}: what is in a set or a map now, named counters, and a fingerprint of the table, which tells when
 *       somebody flushed or replaced it.
 *   <li>{@link ConntrackEvents} and {@link Conntrack}: flows that carry our mark. The kernel tells of the end of a connection
 *       long after it: so whoever sees a {@link FlowEvent.Changed} to {@link TcpState#over} asks {@link Conntrack#find} for
 *       the entry's counters, or {@link Conntrack#delete deletes} it, and has them with {@link FlowEvent.Ended} at once.
 *   <li>{@link RouteLookup}: where the kernel would send a packet.
 * </ul>
 *
 * <p><b>Errors.</b> What the kernel refuses is a {@link KernelError}: operation, number, and the kernel's own sentence.
 * Transactions hand it to their listener, the readers throw it as {@link NetlinkException}. What cannot be read is a
 * {@link MalformedMessageException}, whatever its bytes. When the kernel drops events because nobody read them,
 * {@link FlowEvent.Lost} says so, and a dump ({@link Conntrack#marked}) says what is true.
 *
 * <p><b>Byte order.</b> Netlink's own headers are in the machine's order, and so are marks in sets; nearly everything else of
 * netfilter is in network order. Every method that reads or writes a number names its order.
 */
@NullMarked
package dev.sallyport.netlink;

import org.jspecify.annotations.NullMarked;
