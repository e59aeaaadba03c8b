package dev.sallyport.datapath.relay;

import dev.sallyport.datapath.PinholeOwner;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.PortRange;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.Input;
import dev.sallyport.session.PinholeRefusal;
import dev.sallyport.session.RangeId;
import dev.sallyport.session.RangeRequest;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    private final Map<RangeId, Member> members = new LinkedHashMap<>();
    private final List<DataListener> listeners = new ArrayList<>();
    private final Set<DataRelay> relays = new HashSet<>();
    /** How many of the listeners are bound. */
    private int bound;
    /** Whether a listener that is just closing is looked at again soon. */
    boolean looking;

    RelayRange(Key key, RangeRequest request, EventLoop loop) {
        this.key = key;
        this.server = request.server();
        this.dialFrom = request.dialFrom();
        this.loop = loop;
    }

    boolean isOpen() {
        return bound == key.ports().size();
    }

    /** Whether it leads to the same place for the same address. */
    boolean leadsAs(RangeRequest request) {
        return server.equals(request.server()) && dialFrom.equals(request.dialFrom());
    }

    /** Another session shares it; it is told when the range is open, at once when it is. */
    void join(RangeRequest request, PinholeOwner owner) {
        var member = new Member(request, owner);
        members.put(request.id(), member);
        if (isOpen()) {
            member.tell(new Input.RangeOpened(request.id()));
        }
    }

    /** A session leaves. @return whether it was the last */
    boolean leave(RangeId id) {
        members.remove(id);
        return members.isEmpty();
    }

    boolean abandoned() {
        return members.isEmpty();
    }

    /** A port is listened on. @return whether more are to be claimed now */
    boolean bound() {
        bound++;
        if (isOpen()) {
            opened();
            return false;
        }
        return bound == listeners.size() && !looking;
    }

    private void opened() {
        members.forEach((id, member) -> member.tell(new Input.RangeOpened(id)));
    }

    /** One could not be. */
    void refused(PinholeRefusal reason) {
        members.forEach((id, member) -> member.tell(new Input.RangeRefused(id, reason)));
        members.clear();
    }

    /** The listener leads to it too. @return false when that is closed, or leads this client to another server */
    boolean claim(DataListener listener) {
        if (!listener.claim(this)) {
            return false;
        }
        listeners.add(listener);
        return true;
    }

    /** How many ports have been claimed. */
    int claimed() {
        return listeners.size();
    }

    void leaveListeners() {
        listeners.forEach(listener -> listener.leave(this));
        listeners.clear();
    }

    /** As many data connections as all its sessions may have. */
    boolean full() {
        return relays.size() >= members.values().stream().mapToInt(member -> member.request.most()).sum();
    }

    void began(DataRelay relay) {
        relays.add(relay);
    }

    void ended(DataRelay relay) {
        relays.remove(relay);
    }

    boolean moving() {
        return !relays.isEmpty();
    }

    void tellMoved() {
        members.values().forEach(member -> member.tell(new Input.OpaqueMoved()));
    }

    void cut() {
        for (var relay : relays) {
            loop.execute(() -> relay.abort(DataEnd.CUT));
        }
    }

    /** Where a connection to a port of it leads. */
    DataDialer.Call call(DataListener listener) {
        var target = new Endpoint(server, listener.port());
        return new DataDialer.Call("range " + key.ports() + " of " + server.getHostAddress(), target, dialFrom, false);
    }
}
