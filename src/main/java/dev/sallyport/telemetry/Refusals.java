package dev.sallyport.telemetry;

import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.session.ClientRefusal;
import dev.sallyport.session.SessionContext;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionObserver;
import dev.sallyport.session.SessionWatch;
import dev.sallyport.telemetry.Limits.Kind;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The last things that were not let through. A kind that comes in floods is thinned out, as in the log. Safe for several threads. */
public final class Refusals implements SessionObserver {

    /** How many are kept. */
    public static final int KEPT = 200;

    /** @param refusals the oldest first @param count how many have come so far, those that were thinned out not counted */
    public record News(List<Refusal> refusals, long count) {}

    private final LongSupplier clockMillis;
    private final Limits limits;
    private final ArrayDeque<Refusal> last = new ArrayDeque<>(KEPT);
    private long count;

    public Refusals() {
        this(System::nanoTime, System::currentTimeMillis);
    }

    /** @param clockNanos for what comes in floods @param clockMillis since the epoch, when that happened which it is told */
    public Refusals(LongSupplier clockNanos, LongSupplier clockMillis) {
        limits = new Limits(clockNanos);
        this.clockMillis = clockMillis;
        // Not when the first client is refused: that may be for want of descriptors, and then no class can be loaded.
        last.add(new Refusal(0, "", "", null, "", "", null, null, null));
        last.clear();
    }

    /** Those that came after so many had, as far as they are kept. */
    public synchronized News since(long before) {
        return new News(last.stream().skip(Math.max(0, last.size() - (count - before))).toList(), count);
    }

    @Override
    public void clientRefused(String gateway, Endpoint client, ClientRefusal reason) {
        var heldBack = limits.pass(new Kind.OfClient(reason));
        if (heldBack != LineLimit.HELD_BACK) {
            add(gateway, client, null, "client", reason.name(), null, "", heldBack);
        }
    }

    @Override
    public SessionWatch watch(SessionContext session) {
        return event -> observe(session, event);
    }

    private void observe(SessionContext session, SessionEvent event) {
        switch (event) {
            case SessionEvent.FaultSeen(_, var fault, var detail, var enforced) -> {
                if (enforced) {
                    add(new Kind.OfFault(fault), session, "fault", fault.name(), null, () -> detail);
                }
            }
            case SessionEvent.RuleDecided(var rule, var ruling, _, var detail) -> {
                if (ruling != SessionEvent.Ruling.ALLOWED) {
                    add(new Kind.OfRule(session.gatewayName(), rule), session, "rule", ruling.name(), rule, () -> detail);
                }
            }
            case SessionEvent.LoginRefused(var user, var code) -> add(
                    new Kind.OfLogin(), session, "login", "LOGIN_REFUSED", null, () -> "user " + FtpLine.escape(user) + ", " + code);
            case SessionEvent.PinholeRefused(_, var reason) ->
                add(new Kind.OfPinhole(reason), session, "pinhole", reason.name(), null, () -> "");
            default -> {}
        }
    }

    /** @param detail made only when it is told; may be empty */
    private void add(
            Kind kind, SessionContext session, String name, String what, @Nullable String rule, Supplier<String> detail) {
        var heldBack = limits.pass(kind);
        if (heldBack != LineLimit.HELD_BACK) {
            add(session.gatewayName(), session.client(), session.id().toString(), name, what, rule, detail.get(), heldBack);
        }
    }

    private void add(
            String gateway, Endpoint client, @Nullable String session, String name, String what, @Nullable String rule, String detail,
            long heldBack) {
        var refusal = new Refusal(
                clockMillis.getAsLong(), gateway, client.toString(), session, name, what, rule, detail.isEmpty() ? null : detail,
                heldBack == 0 ? null : heldBack);
        synchronized (this) {
            if (last.size() == KEPT) {
                last.removeFirst();
            }
            last.addLast(refusal);
            count++;
        }
    }
}
