package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.RangeAccount;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The passive ports of one server, open to one client. All opaque sessions between the two share it, for a data connection
 * does not tell which of them it belongs to. Guarded by its {@link RelayRanges}.
 */
final class RelayRange {

    /** @param place where its ports are listened on */
    record Key(InetAddress client, InetAddress place, PortRange ports) {}

    private record Member(RangeRequest request, PinholeOwner owner) {
        /** Later: what it makes of it may come back here. */
        void tell(Input input) {
            owner.eventLoop().execute(() -> owner.deliver(input));
        }
    }

    final Key key;
    final InetAddress server;
    final InetAddress dialFrom;
    /** Its data connections live here. */
    final EventLoop loop;

    private final SequencedMap<RangeId, Member> members = new LinkedHashMap<>();
    /** The session that left last; null before. */
    private @Nullable RangeId last;
    private final RangeAccount account = new RangeAccount();
    private final List<DataListener> listeners = new ArrayList<>();
    /** Ports that could not be listened on, those first that were tried longest ago. */
    private final ArrayDeque<Port> missing = new ArrayDeque<>();
    /** Data connections, and what is counted of each. */
    private final Map<DataRelay, Moved> relays = new HashMap<>();
    /** Whether a session has left whose data was to be cut: it goes when the last leaves, for whose it is cannot be told. */
    private boolean toCut;
    /** How many ports have been claimed. */
    private int claimed;
    /** Of how many of them it is known whether they can be listened on. */
    private int answered;
    private boolean open;
    /** Whether a listener that is just closing is looked at again soon. */
    boolean looking;
    /** Whether missing ports are tried again soon. */
    boolean retrying;
    /** Whether its sessions are told soon of data that moves. */
    boolean telling;

    RelayRange(Key key, RangeRequest request, EventLoop loop) {
        this.key = key;
        this.server = request.server();
        this.dialFrom = request.dialFrom();
        this.loop = loop;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether it leads to the same place for the same address. */
    boolean leadsAs(RangeRequest request) {
        return server.equals(request.server()) && dialFrom.equals(request.dialFrom());
    }

    // ---- Its sessions ----

    /** Another session shares it; it is told when the range is open, at once when it is. */
    void join(RangeRequest request, PinholeOwner owner) {
        var member = new Member(request, owner);
        if (members.isEmpty()) {
            account.follow(request.id(), owner);
        }
        members.put(request.id(), member);
        if (isOpen()) {
            member.tell(new Input.RangeOpened(request.id()));
        }
    }

    /** A session leaves. @param cut whether its data is to be cut @return whether it was the last */
    boolean leave(RangeId id, boolean cut) {
        var member = members.remove(id);
        toCut |= cut;
        if (members.isEmpty()) {
            last = id;
            account.leave();
            account.settle();
            return true;
        }
        var first = members.firstEntry();
        if (account.tells(id)) {
            account.follow(first.getKey(), first.getValue().owner);
        } else if (member != null) {
            member.tell(new Input.RangeEnded(id));
        }
        return false;
    }

    /** Whether this session left it last. */
    boolean leftLastBy(RangeId id) {
        return id.equals(last);
    }

    /** Whether data is cut when the range is shut. */
    boolean toCut() {
        return toCut;
    }

    boolean abandoned() {
        return members.isEmpty();
    }

    /** It cannot be opened. */
    void refused(PinholeRefusal reason) {
        members.forEach((id, member) -> member.tell(new Input.RangeRefused(id, reason)));
        members.clear();
    }

    // ---- Its ports ----

    /** The listener leads to it too. @return false when that is closed, or leads this client to another server */
    boolean claim(DataListener listener) {
        if (!listener.claim(this)) {
            return false;
        }
        listeners.add(listener);
        return true;
    }

    /** The port to claim next, the first time. */
    Port next() {
        return key.ports().at(claimed);
    }

    /** That port's listener leads to it. */
    void claimed() {
        claimed++;
    }

    /** Whether ports are left to be claimed the first time. */
    boolean claimsMore() {
        return claimed < key.ports().size();
    }

    /** It is known whether another port can be listened on. @return whether it is known of all that have been claimed */
    boolean answered() {
        answered++;
        return answered == claimed && !looking;
    }

    /** The port cannot be listened on now. */
    void lacks(DataListener listener) {
        listener.leave(this);
        listeners.remove(listener);
        missing.add(listener.port());
    }

    List<Port> missing() {
        return missing.stream().sorted().toList();
    }

    /** Some of the missing ports, to be tried again; whoever does adds those that are {@link #lacks lacking} still. */
    List<Port> missing(int most) {
        var some = new ArrayList<Port>();
        while (some.size() < most && !missing.isEmpty()) {
            some.add(missing.remove());
        }
        return some;
    }

    void lacks(Port port) {
        missing.add(port);
    }

    void open() {
        open = true;
        members.forEach((id, member) -> member.tell(new Input.RangeOpened(id)));
    }

    void leaveListeners() {
        listeners.forEach(listener -> listener.leave(this));
        listeners.clear();
    }

    // ---- Its data ----

    /** As many data connections as all its sessions may have. */
    boolean full() {
        return relays.size() >= members.values().stream().mapToInt(member -> member.request.most()).sum();
    }

    void began(DataRelay relay) {
        relays.put(relay, Moved.NOTHING);
        account.began();
        account.settle();
    }

    void ended(DataRelay relay) {
        relays.computeIfPresent(relay, this::count);
        relays.remove(relay);
        account.over();
        account.settle();
    }

    boolean moving() {
        return !relays.isEmpty();
    }

    /** Tells what has gone through so far. */
    void count() {
        relays.replaceAll(this::count);
        account.settle();
    }

    private Moved count(DataRelay relay, Moved before) {
        var news = relay.moved(true).beyond(before);
        account.moved(news);
        return before.plus(news);
    }

    void tellAlive() {
        members.values().forEach(member -> member.tell(Input.OpaqueMoved.MOVED));
    }

    void cut() {
        for (var relay : relays.keySet()) {
            loop.execute(() -> relay.abort(DataEnd.CUT));
        }
    }

    /** Where a connection to a port of it leads. */
    DataDialer.Call call(DataListener listener) {
        var target = new Endpoint(server, listener.port());
        return new DataDialer.Call("range " + key.ports() + " of " + server.getHostAddress(), target, dialFrom, false);
    }
}
