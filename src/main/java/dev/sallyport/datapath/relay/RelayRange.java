package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.datapath.RangeAccount;
import dev.sallyport.datapath.RangeMembers;
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
import java.util.List;
import java.util.Map;

/**
 * The passive ports of one server, open to one client. All opaque sessions between the two share it, for a data connection
 * does not tell which of them it belongs to. Guarded by its {@link RelayRanges}.
 */
final class RelayRange {

    /** @param place where its ports are listened on */
    record Key(InetAddress client, InetAddress place, PortRange ports) {}

    final Key key;
    final InetAddress server;
    final InetAddress dialFrom;
    /** Its data connections live here. */
    final EventLoop loop;

    /** With how many data connections each may have at a time. */
    private final RangeMembers<Integer> members = new RangeMembers<>();
    private final RangeAccount account = members.account();
    private final List<DataListener> listeners = new ArrayList<>();
    /** Ports that could not be listened on, those first that were tried longest ago. */
    private final ArrayDeque<Port> missing = new ArrayDeque<>();
    /** Data connections, and what is counted of each. */
    private final Map<DataRelay, Moved> relays = new HashMap<>();
    /** How many ports have been claimed. */
    private int claimed;
    /** Of how many of them it is known whether they can be listened on. */
    private int answered;
    private boolean open;
    /** Whether it is shut although sessions have it. */
    private boolean lost;
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
        members.join(request.id(), owner, request.most());
        if (open) {
            members.tell(request.id(), new Input.RangeOpened(request.id()));
        }
    }

    /** A session leaves. @param cut whether its data is to be cut @return whether it was the last */
    boolean leave(RangeId id, boolean cut) {
        return members.leave(id, cut);
    }

    /** It is shut, and all have left: what still moves may finish, unless it is cut. */
    void ebb() {
        account.leave();
        if (members.toCut()) {
            cut();
        }
    }

    /** Whether this session left it last. */
    boolean leftLastBy(RangeId id) {
        return members.leftLastBy(id);
    }

    /** Whether nobody waits for it any more, or nobody may use it. */
    boolean abandoned() {
        return lost || members.isEmpty();
    }

    /** It cannot be opened. */
    void refused(PinholeRefusal reason) {
        members.tell(id -> new Input.RangeRefused(id, reason));
        members.clear();
    }

    /** It cannot be left open: its sessions are to leave. */
    void lose() {
        lost = true;
        members.tell(Input.RangeLost::new);
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
        members.tell(Input.RangeOpened::new);
    }

    void leaveListeners() {
        listeners.forEach(listener -> listener.leave(this));
        listeners.clear();
    }

    // ---- Its data ----

    /** As many data connections as all its sessions may have. */
    boolean full() {
        return relays.size() >= members.own().stream().mapToInt(Integer::intValue).sum();
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
        members.tell(_ -> Input.OpaqueMoved.MOVED);
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
